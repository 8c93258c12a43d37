"""What the reaction functions say together, and the point process beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.errors import ConflictStatsError
from conflictstats.models._retaliation_fit import Reactions
from conflictstats.models._sides import Sides
from conflictstats.models.escalation import fit_escalation

HAWKES_DRAWS = 10


def hawkes_rows(
    sides: Sides, level: float, rng: np.random.Generator
) -> tuple[list[dict[str, Any]], tuple[Finding, ...]]:
    """Fit a bivariate Hawkes process and return its cross terms as reactions.

    The background is piecewise constant with pieces chosen by BIC: a constant one on a
    changing tempo makes each side set off itself and swallows what crosses.

    Parameters
    ----------
    sides : Sides
        The same events.
    level : float
        Coverage of the intervals.
    rng : numpy.random.Generator
        For the draws of the dates.

    Returns
    -------
    rows : list of dict
        A row a direction; none if the process could not be fitted.
    findings : tuple of Finding
        Why not.
    """
    call = {k: v for k, v in sides.events.items() if v is not None}
    try:
        found = fit_escalation(
            call.pop("data"), **call, baseline="piecewise", n_draws=HAWKES_DRAWS,
            compare=False, bootstrap=0, level=level, rng=rng,
        )  # fmt: skip
    except ConflictStatsError as problem:
        said = f"The point process could not be fitted: {problem}"
        return [], (Finding("hawkes", CANNOT_TELL, said),)
    tidy = found.to_frame()
    if tidy.empty or "set_off_by" not in tidy:
        said = "; ".join(f.sentence for f in found.findings) or "It did not converge."
        return [], (Finding("hawkes", CANNOT_TELL, said),)
    across = tidy[
        (tidy["term"] == "branching") & (tidy["stream"] != tidy["set_off_by"])
    ]
    keep = [
        "stream", "set_off_by", "estimate", "std_error", "conf_low", "conf_high",
        "conf_level", "p_value", "scale",
    ]  # fmt: skip
    rows = []
    for row in across[keep].to_dict("records"):
        known = {str(k): v for k, v in row.items() if pd.notna(v)}
        rows.append(known | {"term": "reaction", "coding": "events", "model": "Hawkes"})
    return rows, ()


def retaliation_findings(
    sides: Sides, reactions: Reactions, level: float
) -> tuple[Finding, ...]:
    """Return what holds in all models, and what stands in the way.

    Parameters
    ----------
    sides : Sides
        The counts.
    reactions : Reactions
        All records.
    level : float
        One minus it is the size of the tests.

    Returns
    -------
    tuple of Finding
        "reaction" for each direction, "symmetry", "no simultaneity", "all models".
    """
    found = [_reaction(sides, reactions, target, 1 - level) for target in (0, 1)]
    found.append(_symmetry(sides, reactions, 1 - level))
    found.append(_simultaneity(reactions))
    found.append(_fitted(reactions))
    return tuple(found)


def _fitted(reactions: Reactions) -> Finding:
    """Name the models that could not be fitted: they are missing, not against."""
    missing = {
        f"{r['model']} of {r['coding']}"
        for r in reactions.records
        if r["term"] == "reaction" and not np.isfinite(r.get("p_value", np.nan))
    }
    if not missing:
        return Finding("all models", HOLDS, "All models could be fitted.")
    said = (
        f"Not fitted, for counts that do not vary or too few periods: "
        f"{', '.join(sorted(missing))}."
    )
    return Finding("all models", DOES_NOT_HOLD, said)


def _reaction(sides: Sides, reactions: Reactions, target: int, size: float) -> Finding:
    name, source = sides.names[target], sides.names[1 - target]
    unit = f"{name} after {source}"
    rows = [
        r
        for r in reactions.records
        if r["term"] == "reaction"
        and r["stream"] == name
        and np.isfinite(r.get("p_value", np.nan))
    ]
    if not rows:
        said = "No model could be fitted."
        return Finding("reaction", CANNOT_TELL, said, unit=unit)
    yes = [r for r in rows if r["p_value"] < size]
    listed = ", ".join(
        f"{r['model']} of {r['coding']} p = {r['p_value']:.2g}" for r in rows
    )
    if len(yes) == len(rows):
        signs = {np.sign(r["estimate"]) for r in yes}
        if len(signs) == 1:
            way = "more" if signs == {1.0} else "fewer"
            said = (
                f"{name} follows {source} with {way} events in all {len(rows)} models"
            )
            return Finding("reaction", HOLDS, f"{said} ({listed}).", unit=unit)
        said = f"All {len(rows)} models see a reaction of {name}, but not of one sign"
        return Finding("reaction", CANNOT_TELL, f"{said} ({listed}).", unit=unit)
    if not yes:
        said = f"None of {len(rows)} models sees {name} react to {source}"
        return Finding("reaction", DOES_NOT_HOLD, f"{said} ({listed}).", unit=unit)
    said = (
        f"{len(yes)} of {len(rows)} models see {name} react to {source}: the verdict "
        f"depends on the coding ({listed})."
    )
    return Finding("reaction", CANNOT_TELL, said, unit=unit)


def _symmetry(sides: Sides, reactions: Reactions, size: float) -> Finding:
    row = next((r for r in reactions.records if r["term"] == "difference"), None)
    if row is None or not np.isfinite(row["p_value"]):
        return Finding("symmetry", CANNOT_TELL, "The counts could not be compared.")
    one, two = sides.names
    p = float(row["p_value"])
    differ = p < size
    said = (
        f"By the autoregression of counts the reaction of {one} to {two} "
        f"{'differs' if differ else 'does not differ'} from that of {two} to {one} "
        f"(difference {row['estimate']:.2g} events per event, p = {p:.2g})."
    )
    return Finding("symmetry", DOES_NOT_HOLD if differ else HOLDS, said, p_value=p)


def _simultaneity(reactions: Reactions) -> Finding:
    fit = reactions.autoregression
    if fit is None:
        said = "No residuals to look at."
        return Finding("no simultaneity", CANNOT_TELL, said)
    one, two = fit.residual.T
    r = float(one @ two / np.sqrt((one @ one) * (two @ two)))
    limit = 1.96 / np.sqrt(len(fit.residual))
    if abs(r) > limit:
        said = (
            f"Within a period both sides' counts go together (r = {r:.2f}): part of "
            "any reaction is faster than the periods and has no direction in these "
            "data, or comes from a common cause."
        )
        return Finding("no simultaneity", DOES_NOT_HOLD, said, statistic=r)
    said = f"Within a period both sides' counts do not go together (r = {r:.2f})."
    return Finding("no simultaneity", HOLDS, said, statistic=r)
