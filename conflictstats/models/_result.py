"""The contract of a result: frozen, three tables, a summary, a picture, draws."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of, check_rng
from conflictstats.checks.finding import Finding
from conflictstats.models._word_tables import WordTables
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.tidy.provenance import Source

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = ("tidy", "glance", "augment")


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FitResult(WordTables, ABC):
    """What every ``fit_*`` returns.

    A model's author writes `_tidy`, `_glance`, `_augment`, `_draw` and `_simulate`;
    this base gives the rest. Arrays among the fields are copied and made read-only,
    because a frozen dataclass does not freeze its arrays.

    Parameters
    ----------
    findings : tuple of Finding
        What was checked, and what could not be computed and why.
    sources : tuple of Source
        What to cite.
    notes : tuple of str
        What a reader must know, gathered while fitting.
    call : mapping
        The arguments the model was called with.
    """

    findings: tuple[Finding, ...] = ()
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    call: Mapping[str, Any] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, np.ndarray):
                own = value.copy()
                own.flags.writeable = False
                object.__setattr__(self, one.name, own)
            elif isinstance(value, pd.DataFrame | pd.Series):
                object.__setattr__(self, one.name, value.copy())
            elif isinstance(value, dict):
                object.__setattr__(self, one.name, MappingProxyType(dict(value)))

    @property
    @abstractmethod
    def title(self) -> str:
        """One line: the model and what it was fitted to."""

    @abstractmethod
    def _tidy(self) -> pd.DataFrame:
        """Return a row a term."""

    @abstractmethod
    def _glance(self) -> dict[str, Any]:
        """Return one row about the whole fit."""

    @abstractmethod
    def _augment(self) -> pd.DataFrame:
        """Return the data, with what the model says about each row."""

    @abstractmethod
    def _draw(self, ax: Axes) -> None:
        """Draw the result on the Axes."""

    @abstractmethod
    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        """Return `n` data sets of the same shape."""

    def _pooled_periods(
        self, results: tuple[Any, ...], level: float
    ) -> pd.DataFrame | None:
        """Return periods pooled over fits to several draws, where the model has any."""
        return None

    def to_frame(self, kind: str = "tidy") -> pd.DataFrame:
        """Return a table of the result; every column is in the glossary.

        Parameters
        ----------
        kind : {"tidy", "glance", "augment"}
            A row a term; one row about the fit; the data with fitted values.

        Raises
        ------
        ArgumentError
            If `kind` is another word.
        """
        check_one_of(kind, "kind", KINDS)
        if kind == "tidy":
            return _clean(self._tidy())
        if kind == "glance":
            return _clean(pd.DataFrame([self._glance()]))
        return _clean(self._augment())

    def summary(self) -> str:
        """Return the tidy and glance tables and the findings as text."""
        glance = self.to_frame("glance")
        parts = [self.title, ""]
        parts.append(_short(self.to_frame("tidy")))
        parts.append("")
        facts = [f"{c}: {_number(glance[c].iloc[0])}" for c in glance.columns]
        parts.append("; ".join(facts))
        parts += [f"- {finding}" for finding in self.findings]
        parts += [f"Note: {note}" for note in self.notes]
        return "\n".join(parts)

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the result and return the Axes it is on.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure of its own if absent.

        Returns
        -------
        Axes
            The very one that was given.
        """
        return self._drawn(ax=ax)

    @in_own_style
    def _drawn(self, *, ax: Axes | None = None) -> Axes:
        axes = axes_or_new(ax)
        self._draw(axes)
        return axes

    def simulate(self, n: int = 1, *, rng: np.random.Generator) -> list[Any]:
        """Return data sets drawn from the fitted model.

        Parameters
        ----------
        n : int
            How many.
        rng : numpy.random.Generator
            Source of randomness; the same generator state gives the same data.

        Returns
        -------
        list
            Of the same shape as the data the model was fitted to.

        Raises
        ------
        EstimationError
            If the model could not be estimated.
        """
        check_number(n, "n", low=1, high=1e9, integer=True)
        return self._simulate(int(n), check_rng(rng))

    def diagnostics(self) -> tuple[Finding, ...]:
        """Return what was checked and found, as Findings."""
        return self.findings

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        tidy = _rounded(self.to_frame("tidy")).to_html(index=False, border=0)
        items = [str(f) for f in self.findings] + [f"Note: {n}" for n in self.notes]
        listed = "".join(f"<li>{html.escape(item)}</li>" for item in items)
        return f"<p><b>{html.escape(self.title)}</b></p>{tidy}<ul>{listed}</ul>"


def _clean(frame: pd.DataFrame) -> pd.DataFrame:
    """Write what is missing as NA in nullable columns: no NaN leaves a result."""
    out = frame.reset_index(drop=True)
    for name in out.columns:
        column = out[name]
        if column.dtype == "float64" and column.isna().any():
            nullable = column.astype("Float64")
            out[name] = nullable.mask(np.isnan(column.to_numpy()))
        elif column.dtype == object:
            out[name] = column.where(column.notna(), None).convert_dtypes()
    return out


def _number(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    return str(value)


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    for name in out.columns:
        if pd.api.types.is_float_dtype(out[name].dtype):
            numbers = out[name].to_numpy(dtype="float64", na_value=np.nan)
            out[name] = ["" if np.isnan(v) else f"{v:.4g}" for v in numbers]
    return out


def _short(frame: pd.DataFrame) -> str:
    return _rounded(frame.head(30)).to_string(index=False, na_rep="")
