"""Fits side by side, with the digits their intervals support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.tables.rounding import cell, with_interval
from conflictstats.tables.table import Table
from conflictstats.tables.terms import name_terms

# Facts below the estimates, where a model has them.
FACTS = {
    "family": "Family",
    "covariance": "Errors",
    "n_obs": "Periods fitted",
    "n_skipped": "Periods unknown",
    "n_events": "Events",
    "n_breaks": "Breaks",
    "n_regimes": "Regimes",
    "dispersion": "Dispersion",
    "log_likelihood": "Log-likelihood",
    "aic": "AIC",
    "bic": "BIC",
}


def tabulate_fits(
    results: Any,
    *,
    terms: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    caption: str = "",
) -> Table:
    """Set fits side by side: a column a fit, a row a term, then facts about the fit.

    Parameters
    ----------
    results : result, sequence of results, or mapping of name to result
        What `fit_*` returned.
    terms : sequence of str, optional
        Which terms, in order; by default the ratios where a model has any, else all.
    labels : mapping of term to text, optional
        Names to print.
    caption : str
        Heading of the table.

    Returns
    -------
    Table
        Prints as text, HTML and LaTeX. Each cell is the estimate with its interval,
        rounded to two digits of the interval's half-width. For Word, hand the results
        to ``maketables.ETable``: they answer what it asks.

    Raises
    ------
    ArgumentTypeError
        If something is not a result.
    ArgumentError
        If there is none, or no fit has one of the terms.

    Examples
    --------
    >>> import conflictstats as cs
    >>> fit = cs.fit_trend([3, 5, 4, 8, 9, 8, 14, 13, 20, 18, 30, 28])
    >>> print(cs.tabulate_fits({"Attacks": fit}).to_text().splitlines()[2])
    rate ratio per period  1.212 (1.172 to 1.254)
    """
    named = _named(results)
    tables = {name: _terms(result, terms, labels) for name, result in named.items()}
    order = list(dict.fromkeys(key for t in tables.values() for key in t))
    if not order:
        message = (
            f"No fit has a term to print{f' among {list(terms)!r}' if terms else ''}; "
            "see `result.diagnostics()` for why a model was not estimated."
        )
        raise ArgumentError(message)
    rows = [
        {"": key} | {name: t.get(key, "") for name, t in tables.items()}
        for key in order
    ]
    glances = {name: _glance(result) for name, result in named.items()}
    for key, label in FACTS.items():
        if any(g.get(key, "") != "" for g in glances.values()):
            rows.append(
                {"": label} | {name: g.get(key, "") for name, g in glances.items()}
            )
    frame = pd.DataFrame(rows).astype("str")
    return Table(frame, caption, _notes(named), tuple(named))


def _named(results: Any) -> dict[str, Any]:
    if isinstance(results, Mapping):
        named = {str(k): v for k, v in results.items()}
    else:
        some = list(results) if isinstance(results, list | tuple) else [results]
        named = {f"({i + 1})": result for i, result in enumerate(some)}
    if not named:
        message = "`results` must hold at least one result; got none."
        raise ArgumentError(message)
    for name, result in named.items():
        if not hasattr(result, "diagnostics") or not hasattr(result, "to_frame"):
            message = (
                f"`results` must hold results of `fit_*`; {name!r} is "
                f"{type(result).__name__}."
            )
            raise ArgumentTypeError(message)
    return named


def _terms(
    result: Any, terms: Sequence[str] | None, labels: Mapping[str, str] | None
) -> dict[str, str]:
    """Return term to "estimate (low to high)" of a fit; units go in front."""
    tidy = result.to_frame("tidy")
    check_columns(
        tidy.columns, ["term", "estimate", "conf_low", "conf_high"], "The result"
    )
    if terms is not None:
        tidy = tidy[tidy["term"].isin(terms)]
        tidy = tidy.assign(_at=tidy["term"].map(list(terms).index)).sort_values("_at")
    elif "scale" in tidy:
        ratio = tidy["scale"].astype("str").str.contains("ratio").fillna(False)
        tidy = tidy[ratio.astype(bool)] if ratio.any() else tidy
    out = {}
    for key, row in zip(name_terms(tidy, labels), tidy.itertuples(), strict=True):
        numbers = [
            float("nan") if pd.isna(v) else float(v)
            for v in (row.estimate, row.conf_low, row.conf_high)
        ]
        is_ratio = "ratio" in str(getattr(row, "scale", ""))
        middle, ends = with_interval(*numbers, ratio=is_ratio)
        out[key] = f"{middle} ({ends})" if ends else middle
    return out


def _glance(result: Any) -> dict[str, str]:
    row = result.to_frame("glance").iloc[0]
    return {key: cell(row[key]) for key in FACTS if key in row.index}


def _notes(named: Mapping[str, Any]) -> tuple[str, ...]:
    levels: set[float] = set()
    notes: list[str] = []
    for result in named.values():
        tidy = result.to_frame("tidy")
        if "conf_level" in tidy:
            levels |= {float(v) for v in tidy["conf_level"].dropna()}
        notes.extend(result.notes)
    said = " and ".join(f"{100 * v:g} %" for v in sorted(levels))
    first = [f"In brackets: {said} intervals."] if said else []
    sources = [s.attribution() for r in named.values() for s in r.sources]
    last = [f"Source: {'; '.join(dict.fromkeys(sources))}."] if sources else []
    plain = [n[0].upper() + n[1:] + "." for n in dict.fromkeys(notes) if n]
    return (*first, *plain, *last)
