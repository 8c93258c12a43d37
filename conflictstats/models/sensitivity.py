"""How much a result hangs on low or high counts, window, one event, coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_type
from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.errors import ConflictStatsError, EstimationError
from conflictstats.models._refitting import data_of, refit
from conflictstats.models._result import FitResult
from conflictstats.models._variations import (
    LARGEST_EVENT,
    LARGEST_PERIOD,
    variations,
)
from conflictstats.plots.estimates import plot_estimates
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AS_FITTED = "as fitted"
# Coefficients on the log scale repeat what the ratios say, or are of no interest.
_NUISANCE = ("log rate", "log1p", "none")
_COLUMNS = ["variation", "unit_name", "term", "estimate", "conf_low", "conf_high",
            "scale", "is_within"]  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SensitivityResult(FitResult):
    """A result fitted again under variations; see `check_sensitivity`.

    Parameters
    ----------
    table : DataFrame
        A row a variation and term.
    rows : DataFrame
        The data of the fit as it was.
    about : str
        Title of the fit as it was.
    """

    table: pd.DataFrame
    rows: pd.DataFrame
    about: str

    @property
    def title(self) -> str:
        """One line: what was varied."""
        return f"Sensitivity of: {self.about}"

    def _tidy(self) -> pd.DataFrame:
        return self.table.copy()

    def _glance(self) -> dict[str, Any]:
        return {
            "model": "sensitivity",
            "n_variations": self.table["variation"].nunique() - 1,
            "n_obs": int(self.rows["observed"].notna().sum()),
        }

    def _augment(self) -> pd.DataFrame:
        return self.rows.copy()

    def _draw(self, ax: Axes) -> None:
        known = self.table[self.table["conf_low"].notna()]
        if known.empty:
            known = self.table[self.table["estimate"].notna()]
        first = known.iloc[0]
        same = (known["term"] == first["term"]) & (
            known["unit_name"] == first["unit_name"]
        )
        shown = known[same].assign(label=lambda t: t["variation"])
        plot_estimates(shown, ax=ax, label=str(first["term"]).replace("_", " "))

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        message = "A sensitivity table is no model: simulate from the fit itself."
        raise EstimationError(message)


def check_sensitivity(
    result: FitResult,
    *,
    dataset: Dataset | None = None,
    coverage: Coverage | None = None,
    share: float = 0.1,
) -> SensitivityResult:
    """Fit a result again to what the data might as well have been.

    Parameters
    ----------
    result : FitResult
        From `fit_trend`, `fit_monotone_trend`, `fit_breaks`, `fit_interruption` or
        `fit_levels`.
    dataset : Dataset, optional
        The events behind a single series: then the largest event alone is taken out,
        not its whole period.
    coverage : Coverage, optional
        When (and of which units) the source looked, if that may be other than was
        assumed: zeros outside it are then unknown.
    share : float
        Share of the periods cut from the start, and from the end, of the window.

    Returns
    -------
    SensitivityResult
        A row a variation and term: "as fitted", "low counts", "high counts", "without
        the first tenth" and last, "without the first and last period", "without the
        largest period" of each unit (set unknown), "without the largest event"; and as
        the source might have covered less: zeros unknown outside the coverage given,
        before a unit's first and after its last report, or everywhere; without partly
        covered periods, the year with the fewest reports, units that enter late, the
        unit known least. What changes nothing is left out. The findings say which
        variations leave the fit's own interval, and for a single series how much of
        the estimate is its largest event or period.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If the result is of another model or an argument is not allowed.
    EstimationError
        If the fit has no estimates.

    Examples
    --------
    >>> from conflictstats.models.trend import fit_trend
    >>> counts = [3, 5, 4, 8, 9, 8, 14, 13, 20, 18, 30, 28]
    >>> table = check_sensitivity(fit_trend(counts)).to_frame()
    >>> table["variation"].unique()[:2].tolist()
    ['as fitted', 'without the first 10 %']
    """
    check_number(share, "share", low=0.01, high=0.4)
    rows = data_of(result)
    own = _terms(result)
    if own.empty:
        message = "The fit has no estimates to vary; its findings say why."
        raise EstimationError(message)
    if dataset is not None:
        check_type(dataset, "dataset", Dataset, "a Dataset")
    parts, findings = [_compared(AS_FITTED, own, own)], []
    if coverage is not None:
        check_type(coverage, "coverage", Coverage, "a Coverage")
    measure = getattr(result, "measure", "")
    for name, changed, value in variations(rows, measure, dataset, coverage, share):
        try:
            again = _terms(refit(result, changed, value))
        except ConflictStatsError as problem:
            said = f"Could not be fitted: {str(problem).splitlines()[0]}"
            said = said if said.endswith(".") else said + "."
            findings.append(Finding(name, CANNOT_TELL, said))
            continue
        if again.empty:
            said = "Nothing could be estimated from the changed data."
            findings.append(Finding(name, CANNOT_TELL, said))
            continue
        parts.append(_compared(name, again, own))
    table = pd.concat(parts, ignore_index=True)
    return SensitivityResult(
        table=table,
        rows=rows,
        about=result.title,
        findings=(_verdict(table), *_influence(table), *findings),
        sources=result.sources,
        notes=result.notes,
        call={"share": share},
    )


def _terms(result: FitResult) -> pd.DataFrame:
    tidy = result.to_frame()
    if tidy.empty:
        return tidy
    kept = tidy[~tidy["scale"].isin(_NUISANCE)]
    kept = tidy if kept.empty else kept
    return kept[kept["estimate"].notna()].reset_index(drop=True)


def _compared(name: str, again: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    out = again.assign(variation=name)
    for end in ("conf_low", "conf_high"):
        if end not in out:
            out[end] = pd.array([pd.NA] * len(out), dtype="Float64")
    keys = ["unit_name", "term"]
    if "conf_low" in own:
        ends = own[[*keys, "conf_low", "conf_high"]]
        ends = ends.rename(columns={"conf_low": "_low", "conf_high": "_high"})
        out = out.merge(ends, on=keys, how="left")
        inside = (out["estimate"] >= out["_low"]) & (out["estimate"] <= out["_high"])
        out["is_within"] = inside.astype("boolean").mask(out["_low"].isna().to_numpy())
    else:
        out["is_within"] = pd.array([pd.NA] * len(out), dtype="boolean")
    out = out[_COLUMNS]
    floats = ["estimate", "conf_low", "conf_high"]
    return out.astype(dict.fromkeys(floats, "Float64"))


def _influence(table: pd.DataFrame) -> list[Finding]:
    """Say how much of a single series' first estimate is one event or one period."""
    own = table[table["variation"] == AS_FITTED]
    if len(set(own["unit_name"])) != 1:
        return []
    first, out = own.iloc[0], []
    ratio = str(first["scale"]) == "rate ratio"
    for name in (LARGEST_EVENT, LARGEST_PERIOD):
        rows = table[(table["variation"] == name) & (table["term"] == first["term"])]
        if rows.empty:
            continue
        before, after = float(first["estimate"]), float(rows["estimate"].iloc[0])
        whole, rest = (np.log(before), np.log(after)) if ratio else (before, after)
        part = (
            f", a change by {abs(1 - rest / whole):.0%} of it"
            f"{' on the log scale' if ratio else ''}"
            if abs(whole) > 1e-9 and np.isfinite(rest)
            else ""
        )
        what = str(first["term"]).replace("_", " ")
        said = f"{name.capitalize()} {what} goes from {before:.3g} to {after:.3g}"
        within = rows["is_within"].iloc[0]
        verdict = CANNOT_TELL if pd.isna(within) else HOLDS if within else DOES_NOT_HOLD
        out.append(Finding("influence", verdict, f"{said}{part}."))
    return out


def _verdict(table: pd.DataFrame) -> Finding:
    others = table[(table["variation"] != AS_FITTED) & table["is_within"].notna()]
    if others.empty:
        said = "The fit has no intervals to compare with."
        return Finding("sensitivity", CANNOT_TELL, said)
    out = others[~others["is_within"].astype(bool)]
    if out.empty:
        n = others["variation"].nunique()
        said = f"All estimates of {n} variations lie within the fit's own intervals."
        return Finding("sensitivity", HOLDS, said)
    names = "; ".join(dict.fromkeys(out["variation"]))
    said = f"Estimates leave the fit's own intervals under: {names}."
    return Finding("sensitivity", DOES_NOT_HOLD, said)
