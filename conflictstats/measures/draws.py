"""Plausible true counts behind reported ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import (
    check_columns,
    check_number,
    check_one_of,
    check_rng,
    check_type,
)
from conflictstats.errors import ArgumentError
from conflictstats.numerics.count_draws import (
    draw_interval,
    draw_probabilities,
    draw_smooth,
)
from conflictstats.numerics.reported_value import (
    TYPES,
    describe_reported,
    reported_quantile,
)
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel

MODELS = ("smooth", "reported_value", "interval")
FORMS = ("pert", "uniform")
# Our event classes and the survey's types of violence.
OF_CLASS = {
    "battle": "state_based",
    "non_state_battle": "non_state",
    "one_sided_violence": "one_sided",
}

Draw = Callable[[np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class _Counts:
    low: np.ndarray
    best: np.ndarray
    high: np.ndarray


def sample_counts(  # noqa: PLR0913 - the options of three models
    data: Dataset | Panel | pd.DataFrame,
    n: int,
    *,
    rng: np.random.Generator,
    model: str | None = None,
    violence: Any = None,
    rho: float = 0.0,
    within: bool = False,
    form: str = "pert",
    tail: float = 0.25,
    measure: str = "killed",
    group: str = "all",
) -> Any:
    """Draw plausible true counts behind reported ones.

    Parameters
    ----------
    data : Dataset, Panel or DataFrame
        Counts with low, best and high.
    n : int
        How many sets of counts.
    rng : numpy.random.Generator
        Source of randomness.
    model : {"smooth", "reported_value", "interval"}, optional
        "reported_value" is the published distribution of the dead behind a UCDP best
        count, exact, so continuous and at times below zero; "smooth", the default for
        UCDP data, leaves out its ten single values (a higher report then always means
        a higher distribution) and gives whole counts from 0; "interval", the default
        elsewhere, draws between low and high.
    violence : str or sequence of str, optional
        "state_based", "non_state" or "one_sided", one or a row; known for UCDP data.
    rho : float
        Correlation of the errors: 0 as if coders erred independently, so that a sum's
        uncertainty shrinks with the number of events; 1 as if all erred alike.
    within : bool
        Keep the draws of "smooth" within low and high.
    form : {"pert", "uniform"}
        Shape of "interval".
    tail : float
        Open ends of "interval": above, an exponential excess whose mean is this share
        of what is known; below, this share less than what is known.
    measure, group : str
        Which counts of a Dataset.

    Returns
    -------
    list of Dataset, list of Panel, or ndarray of float64, shape (n, rows)
        As `data`, with low, best and high all set to the draw. A count that is unknown
        stays unknown (NaN in an array). A Dataset keeps only the counts asked for.

    Raises
    ------
    ArgumentError
        If an argument is not allowed, or the type of violence is not known.
    SchemaError
        If a table lacks low, best or high.

    Notes
    -----
    The models are those of Vesco et al. (2026) [1]_ and its smooth version. Draws are
    quantiles at correlated probabilities Φ(√ρ z₀ + √(1-ρ) z_i).

    References
    ----------
    .. [1] P. Vesco et al. (2026). The Underreported Death Toll of Wars. Journal of
       Conflict Resolution. doi:10.1177/00220027261423826.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> table = pd.DataFrame({"low": [10, 3], "best": [12, 3], "high": [20, 3]})
    >>> drawn = sample_counts(table, 200, rng=np.random.default_rng(1))
    >>> drawn.shape, bool(drawn[:, 0].min() >= 10), set(drawn[:, 1].tolist())
    ((200, 2), True, {3.0})
    """
    said = "a Dataset, a Panel or a table of counts"
    check_type(data, "data", (Dataset, Panel, pd.DataFrame), said)
    check_number(n, "n", low=1, integer=True)
    check_rng(rng)
    check_number(rho, "rho", low=0, high=1)
    check_number(tail, "tail", low=0, high=1)
    check_one_of(form, "form", FORMS)
    rows = _rows(data, measure, group)
    if model is None:
        model = "smooth" if _is_ucdp(data) else "interval"
    check_one_of(model, "model", MODELS)
    counts = _Counts(*(_floats(rows[c]) for c in ("low", "best", "high")))
    if model == "interval":
        draw = _between(counts, rho, form, tail)
    else:
        kinds = _violence(data, rows, violence)
        draw = _reported(counts, kinds, model == "reported_value", rho, within)
    if isinstance(data, Dataset):
        return [_dataset(data, rows, draw(rng)) for _ in range(int(n))]
    if isinstance(data, Panel):
        return [_panel(data, draw(rng)) for _ in range(int(n))]
    return np.array([draw(rng) for _ in range(int(n))])


def _floats(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _rows(
    data: Dataset | Panel | pd.DataFrame, measure: str, group: str
) -> pd.DataFrame:
    if isinstance(data, Panel):
        return data.to_frame()
    if isinstance(data, pd.DataFrame):
        check_columns(data.columns, ["low", "best", "high"], "The table of counts")
        return data
    counts = data.counts
    check_one_of(measure, "measure", sorted(counts["measure"].unique()))
    of_measure = counts[counts["measure"] == measure]
    check_one_of(group, "group", sorted(of_measure["group"].unique()))
    return of_measure[of_measure["group"] == group]


def _is_ucdp(data: Dataset | Panel | pd.DataFrame) -> bool:
    if not isinstance(data, Dataset) or data.events.empty:
        return False
    return bool(data.events["dataset"].astype("str").str.startswith("ucdp").all())


def _violence(
    data: Dataset | Panel | pd.DataFrame, rows: pd.DataFrame, violence: Any
) -> np.ndarray:
    """Return the number of each row's type of violence."""
    if violence is None and isinstance(data, Dataset):
        of_event = data.events.set_index("event_id")["event_class"].astype("object")
        named = rows["event_id"].map(of_event).map(OF_CLASS)
    elif isinstance(violence, str):
        named = pd.Series(violence, index=rows.index)
    elif violence is not None:
        named = pd.Series(list(violence), index=rows.index)
    else:
        named = pd.Series(pd.NA, index=rows.index, dtype="object")
    number = named.map({name: i for i, name in enumerate(TYPES)})
    if number.isna().any():
        given = named[number.isna()].iloc[0]
        message = (
            f"`violence` must be one of {', '.join(map(repr, TYPES))} for every count; "
            f"got {given!r}.\nHint: these models are fitted to UCDP's types; elsewhere "
            'use model="interval".'
        )
        raise ArgumentError(message)
    return number.to_numpy(dtype="int64")


def _between(counts: _Counts, rho: float, form: str, tail: float) -> Draw:
    bounds = (counts.low, counts.best, counts.high)

    def draw(rng: np.random.Generator) -> np.ndarray:
        p = draw_probabilities(len(counts.best), rho, rng)
        return draw_interval(bounds, p, form, tail)

    return draw


def _reported(
    counts: _Counts, kinds: np.ndarray, exact: bool, rho: float, within: bool
) -> Draw:
    known = ~np.isnan(counts.best)
    shape = describe_reported(counts.best[known], kinds[known], heaps=exact)
    zero, top = np.zeros(known.sum()), np.full(known.sum(), np.inf)
    low = np.where(np.isnan(counts.low[known]), 0.0, counts.low[known])
    high = np.where(np.isnan(counts.high[known]), np.inf, counts.high[known])

    def draw(rng: np.random.Generator) -> np.ndarray:
        p = draw_probabilities(len(known), rho, rng)[known]
        drawn = np.full(len(known), np.nan)
        if exact:
            drawn[known] = reported_quantile(shape, p)
        elif within:
            drawn[known] = draw_smooth(shape, p, low, high)
        else:
            drawn[known] = draw_smooth(shape, p, zero, top)
        return drawn

    return draw


def _dataset(data: Dataset, rows: pd.DataFrame, drawn: np.ndarray) -> Dataset:
    values = pd.array(drawn, dtype="Float64")
    column = pd.Series(values, index=rows.index).mask(np.isnan(drawn))
    changed = rows.assign(low=column, best=column, high=column)
    return data.replace(counts=changed)


def _panel(data: Panel, drawn: np.ndarray) -> Panel:
    """Put draws into the observed cells; zeros and unknowns stay what they are."""
    state = data.to_frame()["state"].to_numpy()
    cells = (state == "observed") & ~np.isnan(drawn)
    parts = data.parts.copy()
    for name in ("low_sum", "best_sum", "high_sum"):
        values = parts[name].astype("Float64")
        values[cells] = drawn[cells]
        parts[name] = values
    parts.loc[cells, "n_open"] = 0
    return replace(data, parts=parts)
