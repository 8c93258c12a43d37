"""What past nowcasts were worth: their table, and the sentences on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.models._nowcast_plan import NowcastPlan, Reports
from conflictstats.models._series_fits import nullable
from conflictstats.numerics.nowcast import (
    FINAL,
    MEAN,
    OBSERVED,
    ORIGIN,
    PERIOD,
    SHARE,
    VARIANCE,
    Record,
    ages,
    predictive,
)
from conflictstats.numerics.nowcast_predictive import Predictive
from conflictstats.tidy.periods import period_starts

_PAST = ["unit_name", "nowcast_origin", "period_start", "observed", "last_known",
         "reported_share", "fitted", "fitted_low", "fitted_high", "final", "is_covered",
         "crps"]  # fmt: skip
# Fewest retrospective nowcasts from which coverage is told.
FEWEST = 20
# Standard errors beyond which a difference of scores is told.
_TWO_SIDED = 1.96
_SMALL = 0.05


def said_then(
    past: np.ndarray, record: Record, plan: NowcastPlan, falls: bool
) -> Predictive:
    """Return the predictive distributions of past nowcasts."""
    return predictive(
        past[:, OBSERVED],
        past[:, MEAN],
        past[:, VARIANCE],
        ages(past, plan.max_delay + 1),
        record,
        falls=falls,
    )


def past_table(
    reports: Reports,
    past: np.ndarray,
    record: Record,
    plan: NowcastPlan,
    falls: bool,
) -> pd.DataFrame:
    """Return past nowcasts as a table, a row an origin and period."""
    if len(past) == 0:
        return pd.DataFrame(columns=_PAST)
    origin, period = past[:, ORIGIN].astype("int64"), past[:, PERIOD].astype("int64")
    said = said_then(past, record, plan, falls)
    low, high = said.interval(plan.level)
    final = past[:, FINAL]
    frame = pd.DataFrame(
        {
            "unit_name": reports.unit,
            "nowcast_origin": period_starts(origin + reports.start, plan.every),
            "period_start": period_starts(period + reports.start, plan.every),
            "observed": nullable(past[:, OBSERVED]),
            "reported_share": past[:, SHARE],
            "fitted": said.base + said.rest,
            "fitted_low": low,
            "fitted_high": high,
            "final": final,
            "is_covered": (final >= low) & (final <= high),
            "crps": said.crps(final),
        }
    )
    # What a reader of that day would have held on to: the newest count then out.
    held = frame.groupby("nowcast_origin", sort=False)["observed"].ffill()
    frame["last_known"] = held.fillna(0.0)
    return frame[_PAST]


def findings_of(
    label: str, past: pd.DataFrame, counts: dict[str, Any], plan: NowcastPlan
) -> tuple[Finding, ...]:
    """Return what past nowcasts and revisions say, in sentences."""
    found = []
    if len(past) < FEWEST:
        why = f"Only {len(past)} earlier nowcasts can be compared with what came later."
        found.append(Finding("past_nowcasts", CANNOT_TELL, why, unit=label))
    else:
        found += [
            _judged(check, part, plan, label)
            for check, part in (
                ("past_nowcasts", past[past["observed"].notna()]),
                ("past_nowcasts_of_silence", past[past["observed"].isna()]),
            )
            if len(part) >= FEWEST
        ]
    lowered = counts["revised_down"]
    if lowered:
        said = (
            f"{lowered} revisions lowered an earlier count; they are kept, and final "
            "counts may lie below those so far."
        )
        found.append(Finding("only_upward", DOES_NOT_HOLD, said, unit=label))
    return tuple(found)


def _judged(check: str, past: pd.DataFrame, plan: NowcastPlan, label: str) -> Finding:
    """Tell whether past nowcasts covered, and scored no worse than taking counts."""
    share = float(past["is_covered"].mean())
    error = (past["last_known"] - past["final"]).abs()
    point = float((past["fitted"] - past["final"]).abs().mean())
    # Nowcasts of one date err together: dates are compared, not periods.
    gain = (past["crps"] - error).groupby(past["nowcast_origin"]).mean()
    worse = float(gain.mean()) / max(float(gain.std(ddof=0)) / len(gain) ** 0.5, 1e-12)
    # A difference that nobody would act on is none.
    if abs(float(gain.mean())) < _SMALL * float(error.mean()):
        worse = 0.0
    silent = check != "past_nowcasts"
    other = "the last count then out" if silent else "the count as reported then"
    whose = "of periods with no count out yet " if silent else ""
    score = float(past["crps"].mean())
    # Nominal, less two standard errors of a share from dependent nowcasts.
    good = share >= plan.level - 0.05 and worse <= _TWO_SIDED
    said = (
        f"{share:.0%} of {len(past)} earlier nowcasts {whose}hold the later count "
        f"(nominal {plan.level:.0%}). Score (CRPS): {score:.3g}, {other}: "
        f"{error.mean():.3g}; mean error of the point: {point:.3g}."
    )
    if worse > _TWO_SIDED:
        said += f" Take {other}: it was closer."
    elif worse > -_TWO_SIDED:
        said += f" That is no better and no worse than {other}."
    elif point > error.mean():
        said += f" As a point take {other}; the interval is what the nowcast adds."
    return Finding(check, HOLDS if good else DOES_NOT_HOLD, said, unit=label)
