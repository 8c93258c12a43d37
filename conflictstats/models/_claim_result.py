"""The result of reconciling claims: bounds, every claim's fate, conflicts in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.measures.claim_rules import USED
from conflictstats.models._result import FitResult
from conflictstats.plots.bounds import plot_bounds
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReconcileResult(FitResult):
    """Bounds that a set of claims leaves, with what became of every claim.

    Parameters
    ----------
    bounds : DataFrame
        A row a query: low and high, and the claims that bind each end.
    claims : DataFrame
        A row a claim: used, superseded, overruled or not used, and why; whether it
        binds a bound or is in conflict, and by how much it gave way.
    conflicts : DataFrame
        A row a claim of each minimal set that cannot all hold.
    sentences : tuple of str
        The conflicts in words.
    policy : str
        How rivals were treated.
    every : str or None
        Length of the periods.
    """

    bounds: pd.DataFrame
    claims: pd.DataFrame
    conflicts: pd.DataFrame
    sentences: tuple[str, ...]
    policy: str
    every: str | None

    @property
    def title(self) -> str:
        """One line: what was reconciled and how."""
        measures = ", ".join(self.claims["measure"].unique()[:4])
        return (
            f"Reconciliation of {len(self.claims):,} claims ({measures}), {self.policy}"
        )

    def to_frame(self, kind: str = "tidy") -> pd.DataFrame:
        """Return a table of the result; every column is in the glossary.

        Parameters
        ----------
        kind : {"tidy", "glance", "augment", "claims", "conflicts"}
            "tidy" has a row a query; "claims" (the same as "augment") a row a claim;
            "conflicts" a row a claim of each minimal conflicting set.

        Raises
        ------
        ArgumentError
            If `kind` is another word.
        """
        if kind == "conflicts":
            return self.conflicts.copy()
        return super().to_frame("augment" if kind == "claims" else kind)

    def _tidy(self) -> pd.DataFrame:
        return self.bounds.copy()

    def _glance(self) -> dict[str, Any]:
        status = self.claims["status"]
        return {
            "policy": self.policy,
            "n_claims": len(self.claims),
            "n_used": int(status.eq(USED).sum()),
            "n_superseded": int(status.eq("superseded").sum()),
            "n_overruled": int(status.eq("overruled").sum()),
            "n_in_conflict": int(self.claims["in_conflict"].sum()),
            "n_conflicts": len(self.sentences),
            "total_slack": float(self.claims["slack"].sum()),
        }

    def _augment(self) -> pd.DataFrame:
        return self.claims.copy()

    def _draw(self, ax: Axes) -> None:
        plot_bounds(self.bounds, ax=ax)

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        message = (
            "Bounds say what is possible, not how likely; nothing can be drawn.\n"
            'Hint: `sample_counts(result.to_dataset(), n, model="interval", rng=rng)` '
            "draws under a stated rule."
        )
        raise EstimationError(message)

    def to_dataset(self) -> Dataset:
        """Return the bounds of periods as a Dataset of flows.

        Returns
        -------
        Dataset
            A count a row with low and high, no best; its place, group and window.

        Raises
        ------
        ArgumentError
            If the bounds are not by period.
        """
        frame = self._by_period()
        counts = frame.drop(columns=["binding_low", "binding_high"])
        counts["count_id"] = [f"bounds:{i}" for i in range(len(counts))]
        counts["kind"], counts["qualifier"] = "flow", "range"
        counts["group"] = counts.get("group", "all")
        counts["rule_id"] = f"reconcile:{self.policy}"
        return Dataset(name="bounds", counts=counts, source_records=self.sources)

    def to_panel(self, value: str = "low") -> Panel:
        """Return the bounds as a Panel with low and high.

        Parameters
        ----------
        value : {"low", "high"}
            Which end stands in for the best count, which bounds do not have. A period
            with a lower end of zero is unknown unless its upper end is zero too.
        """
        check_one_of(value, "value", ("low", "high"))
        frame = self._by_period().rename(columns={"victim_side": "side"})
        units = [c for c in ("group", "place", "side") if c in frame]
        # "At least none" says nothing; only "at most none" is a zero.
        says = (frame[value].astype("Float64") > 0) | frame["high"].eq(0)
        frame["best"] = frame[value].astype("Float64").where(says.fillna(False))
        measure = str(frame["measure"].iloc[0])
        panel = Panel.from_frame(
            frame,
            every=str(self.every),
            by=units,
            measure=measure,
            sources=self.sources,
        )
        end = {"low": "lower", "high": "upper"}[value]
        note = f"bounds implied by all claims; the best stands for the {end} end"
        return replace(panel, notes=(note,))

    def _by_period(self) -> pd.DataFrame:
        if self.every is None or "period_start" not in self.bounds:
            message = (
                "The bounds are not by period.\nHint: `reconcile(..., every=...)`."
            )
            raise ArgumentError(message)
        return self.bounds.dropna(subset=["period_start"]).reset_index(drop=True)
