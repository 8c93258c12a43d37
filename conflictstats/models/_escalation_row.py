"""One row of the escalation table: each question of one conflict, with how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaincinv, stdtrit

from conflictstats.errors import ArgumentError, ConflictStatsError
from conflictstats.models.breaks import fit_breaks
from conflictstats.models.escalation import fit_escalation
from conflictstats.models.regimes import fit_regimes
from conflictstats.models.retaliation import fit_retaliation
from conflictstats.tidy.dataset import Dataset

CANNOT_TELL = "cannot tell"
FEWEST = 5
"""With fewer events in both stretches their ratio is one that nobody should read."""
WIDE = 0.5
"""A break whose date has a wider interval, as a share of the window, is not told."""
LITTLE = 0.25
"""An interval of the branching ratio from 0 to above this tells neither way."""
SURE = 0.9
"""Regimes less probable than this are not told."""


@dataclass(frozen=True)
class RowPlan:
    """How each conflict is looked at.

    Parameters
    ----------
    window : (Timestamp, Timestamp)
        First and last day watched.
    recent : int
        Days of the last stretch.
    every : str
        Length of the periods.
    streams : str or None
        How events are split between two sides.
    level : float
        Coverage of the intervals.
    """

    window: tuple[pd.Timestamp, pd.Timestamp]
    recent: int
    every: str
    streams: str | None
    level: float


def rate_change(days: pd.Series, plan: RowPlan) -> tuple[dict[str, Any], str]:
    """Compare the last stretch with the same one a year before.

    Parameters
    ----------
    days : Series of datetime64
        First day of each event.
    plan : RowPlan
        How.

    Returns
    -------
    columns : dict
        n_now, n_year_ago, rate_ratio with interval and verdict.
    why : str
        Why it cannot tell; empty if it can.

    Notes
    -----
    Quasi-Poisson: the variance of the log ratio is the dispersion of the weekly counts
    times the sum of both inverse counts, with a t interval; with under 5 events in one
    stretch, the exact interval of a share.
    """
    first, last = plan.window
    begin = last - pd.Timedelta(days=plan.recent - 1)
    year = pd.Timedelta(days=364)
    now = _weekly(days, begin, last)
    columns: dict[str, Any] = {
        "n_now": int(now.sum()), "n_year_ago": pd.NA, "rate_verdict": CANNOT_TELL,
    }  # fmt: skip
    if begin - year < first:
        return columns, "the window holds no stretch a year before the last one"
    ago = _weekly(days, begin - year, last - year)
    columns["n_year_ago"] = int(ago.sum())
    if max(now.sum(), ago.sum()) < FEWEST:
        return columns, f"fewer than {FEWEST} events both now and a year ago"
    ratio, low, high = _ratio(now, ago, plan.level)
    verdict = "rising" if low > 1 else "falling" if high < 1 else CANNOT_TELL
    columns |= {
        "rate_ratio": ratio, "rate_ratio_low": low, "rate_verdict": verdict,
        "rate_ratio_high": high if np.isfinite(high) else pd.NA,
    }  # fmt: skip
    if not np.isfinite(ratio):
        columns["rate_ratio"] = pd.NA
    if verdict == CANNOT_TELL:
        return columns, "the interval of the ratio holds 1"
    return columns, ""


def _ratio(
    now: np.ndarray, ago: np.ndarray, level: float
) -> tuple[float, float, float]:
    """Ratio of two stretches of weekly counts, with its interval.

    With few events on a side the log ratio is far from normal, or has none: then the
    exact interval of a share (Clopper and Pearson 1934), counts divided by the
    dispersion. Without events a year ago the ratio is infinite.
    """
    df = len(now) + len(ago) - 2
    chi = sum(
        float(((c - c.mean()) ** 2).sum() / c.mean()) for c in (now, ago) if c.any()
    )
    dispersion = max(chi / df, 1.0)
    a, b = float(now.sum()), float(ago.sum())
    ratio = a / b if b else np.inf
    if min(a, b) >= FEWEST:
        error = np.sqrt(dispersion * (1 / a + 1 / b))
        reach = float(stdtrit(df, 0.5 + level / 2)) * error
        return ratio, ratio * float(np.exp(-reach)), ratio * float(np.exp(reach))
    tail = (1 - level) / 2
    a, b = a / dispersion, b / dispersion
    low = float(betaincinv(a, b + 1, tail)) if a else 0.0
    high = float(betaincinv(a + 1, b, 1 - tail)) if b else 1.0
    return ratio, low / (1 - low), high / (1 - high) if high < 1 else np.inf


def _weekly(days: pd.Series, begin: pd.Timestamp, last: pd.Timestamp) -> np.ndarray:
    """Return counts of whole weeks, the last one ending on the last day."""
    back = (last - days).dt.days.to_numpy()
    length = (last - begin).days + 1
    inside = (back >= 0) & (back < length)
    return np.bincount(back[inside] // 7, minlength=int(np.ceil(length / 7))).astype(
        float
    )


def last_break(counts: pd.Series, plan: RowPlan) -> tuple[dict[str, Any], str]:
    """Find the last date the rate changed.

    Parameters
    ----------
    counts : Series
        Events by period.
    plan : RowPlan
        How.

    Returns
    -------
    columns : dict
        last_break with interval, and break_verdict.
    why : str
        Why it cannot tell.
    """
    found = fit_breaks(counts, level=plan.level, posterior=False)
    tidy = found.to_frame()
    breaks = tidy[tidy["term"].str.startswith("break_")] if len(tidy) else tidy
    if not len(tidy):
        return {"break_verdict": CANNOT_TELL}, "the breaks could not be estimated"
    if breaks.empty:
        return {"break_verdict": "none"}, ""
    row = breaks.iloc[-1]
    columns = {
        "last_break": row["change_at"], "last_break_low": row["change_at_low"],
        "last_break_high": row["change_at_high"],
    }  # fmt: skip
    verdict, why = _break_verdict(row, counts)
    return columns | {"break_verdict": verdict}, why


def _break_verdict(row: pd.Series, counts: pd.Series) -> tuple[str, str]:
    """Tell whether the rate rose or fell, if both the date and the way are known."""
    low, high = row["change_at_low"], row["change_at_high"]
    if pd.isna(low) or pd.isna(high):
        return CANNOT_TELL, "the last break has no interval"
    if (high - low) > WIDE * (counts.index[-1] - counts.index[0]):
        return CANNOT_TELL, "the date of the last break is not known to half the window"
    if pd.notna(row["conf_low"]) and row["conf_low"] > 1:
        return "rose", ""
    if pd.notna(row["conf_high"]) and row["conf_high"] < 1:
        return "fell", ""
    return CANNOT_TELL, "whether the rate rose or fell at the last break is not known"


def regime_now(
    counts: pd.Series, rng: np.random.Generator
) -> tuple[dict[str, Any], str]:
    """Say which regime the last known period is in.

    Parameters
    ----------
    counts : Series
        Events by period.
    rng : numpy.random.Generator
        For the starts.

    Returns
    -------
    columns : dict
        n_regimes_found, regime_now, regime_now_probability, regime_verdict.
    why : str
        Why it cannot tell.
    """
    found = fit_regimes(counts, rng=rng, regimes=(1, 2, 3), n_starts=8)
    number = int(found.to_frame("glance")["n_regimes"].item())
    columns: dict[str, Any] = {"regime_verdict": CANNOT_TELL}
    if number == 0:
        return columns, "no regimes could be estimated"
    rows = found.to_frame("augment")
    last = rows[rows["observed"].notna()].iloc[-1]
    columns |= {
        "n_regimes_found": number, "regime_now": int(last["regime"]),
        "regime_now_probability": float(last["regime_probability"]),
    }  # fmt: skip
    if number == 1:
        return columns | {"regime_verdict": "one regime"}, ""
    if columns["regime_now_probability"] < SURE:
        return columns, f"no regime is {SURE:.0%} probable for the last period"
    place = {1: "calmest", number: "most violent"}
    return columns | {
        "regime_verdict": place.get(columns["regime_now"], "in between")
    }, ""


def branching(
    data: Dataset, plan: RowPlan, rng: np.random.Generator
) -> tuple[dict[str, Any], str]:
    """Estimate how many events one event sets off, with a background that may change.

    Parameters
    ----------
    data : Dataset
        The conflict's events.
    plan : RowPlan
        How.
    rng : numpy.random.Generator
        For the draws of dates.

    Returns
    -------
    columns : dict
        branching_now with interval, and branching_verdict.
    why : str
        Why it cannot tell.
    """
    try:
        found = fit_escalation(
            data, window=plan.window, baseline="piecewise", n_draws=5, compare=False,
            bootstrap=0, level=plan.level, rng=rng,
        )  # fmt: skip
        tidy = found.to_frame()
    except ConflictStatsError as problem:
        return {"branching_verdict": CANNOT_TELL}, _short(problem)
    rows = tidy[tidy["term"] == "branching_ratio"] if len(tidy) else tidy
    if not len(rows) or rows[["conf_low", "conf_high"]].isna().any(axis=None):
        return {"branching_verdict": CANNOT_TELL}, "the point process has no interval"
    row = rows.iloc[0]
    columns: dict[str, Any] = {
        "branching_now": float(row["estimate"]),
        "branching_low": float(row["conf_low"]),
        "branching_high": float(row["conf_high"]),
    }
    verdicts = {f.check: f.verdict for f in found.findings}
    if verdicts["excitation"] == "holds":
        return columns | {"branching_verdict": "sets itself off"}, ""
    if columns["branching_high"] > LITTLE:
        why = f"the interval holds 0 and {columns['branching_high']:.2f}"
        if columns["branching_low"] > 0:
            why = "a background in steps, without it, explains the events as well"
        return columns | {"branching_verdict": CANNOT_TELL}, why
    return columns | {"branching_verdict": "no sign of it"}, ""


def both_ways(
    data: Dataset, plan: RowPlan, rng: np.random.Generator
) -> tuple[dict[str, Any], str]:
    """Ask of the two sides with the most events who reacts to whom.

    Parameters
    ----------
    data : Dataset
        The conflict's events.
    plan : RowPlan
        How.
    rng : numpy.random.Generator
        For the draws of dates.

    Returns
    -------
    columns : dict
        side_one, side_two, one_after_two, two_after_one.
    why : str
        Why it cannot tell.
    """
    columns = dict.fromkeys(("one_after_two", "two_after_one"), CANNOT_TELL)
    actors = data.actors[data.actors["name"].notna()]
    sides = actors.groupby("name")["event_id"].nunique().sort_values(ascending=False)
    if len(sides) < 2:
        return columns, "fewer than two sides are named"
    one, two = sorted(str(name) for name in sides.index[:2])
    columns |= {"side_one": one, "side_two": two}
    try:
        found = fit_retaliation(
            data, between=(one, two), streams=plan.streams, window=plan.window,
            rng=rng, trend=True, season=7, most_lags=7, n_bootstrap=19,
            level=plan.level,
        )  # fmt: skip
    except ArgumentError as problem:
        if "two sides" in str(problem):
            return columns, "the source does not split these events between two sides"
        return columns, _short(problem)
    except ConflictStatsError as problem:
        return columns, _short(problem)
    words = {"holds": "reacts", "does not hold": "no sign of it"}
    verdicts = [f.verdict for f in found.findings if f.check == "reaction"]
    columns["one_after_two"] = words.get(verdicts[0], CANNOT_TELL)
    columns["two_after_one"] = words.get(verdicts[1], CANNOT_TELL)
    if CANNOT_TELL in verdicts:
        return columns, "whether a side reacts depends on the model"
    return columns, ""


def _short(problem: Exception) -> str:
    """Return an error's first sentence, to stand within a list of reasons."""
    return str(problem).split("\n")[0].rstrip(".")
