"""The grid of a panel: its window, its units and where they lie, and its lag."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from conflictstats.arguments import listed
from conflictstats.errors import ArgumentError, CoverageError
from conflictstats.tidy.countries import find_country, list_countries
from conflictstats.tidy.coverage import WORLD, Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import (
    day,
    period_ends,
    period_grid,
    period_index,
    period_starts,
)


def period_window(
    seen: np.ndarray, coverage: Coverage, start: object, end: object, every: str
) -> np.ndarray:
    """Return the ordinals of the periods of a panel.

    Parameters
    ----------
    seen : ndarray of int64
        Periods in which anything was counted.
    coverage : Coverage
        Where the source looked.
    start, end : day or None
        The window asked for; what is covered or seen if None.
    every : str
        Length of the periods.

    Raises
    ------
    ArgumentError
        If the window is reversed.
    CoverageError
        If there is no window, or it lies outside all that is covered and seen.
    """
    covered = []
    if coverage.start is not None and coverage.end is not None:
        covered = list(period_grid(coverage.start, coverage.end, every)[[0, -1]])
    known = [*covered, *([seen.min(), seen.max()] if len(seen) else [])]
    if not known and (start is None or end is None):
        message = (
            "Nothing is counted and no coverage is stated, so there is no window.\n"
            "Hint: pass `start=` and `end=`."
        )
        raise CoverageError(message)
    low = _ordinal(start, "start", every) if start is not None else min(known)
    high = _ordinal(end, "end", every) if end is not None else max(known)
    if low > high:
        message = f"`start` must not come after `end`; got {start!r} and {end!r}."
        raise ArgumentError(message)
    if known and (low > max(known) or high < min(known)):
        ends = period_ends(np.array([max(known)]), every)
        first = period_starts(np.array([min(known)]), every)
        message = (
            f"The window {start} to {end} lies outside what the source covers, "
            f"{first[0]:%Y-%m-%d} to {ends[0]:%Y-%m-%d}; nothing can be said of it.\n"
            "Hint: pass `coverage=` if the source looked then."
        )
        raise CoverageError(message)
    return np.arange(low, high + 1)


def _ordinal(value: object, name: str, every: str) -> int:
    return int(period_index(pd.DatetimeIndex([day(value, name)]), every)[0])


def unit_places(
    table: pd.DataFrame,
    keys: tuple[str, ...],
    coverage: Coverage,
    units: Sequence[str] | None,
) -> pd.DataFrame:
    """Return unit_name, its columns, cover_level and cover_place, a row a place.

    Parameters
    ----------
    table : DataFrame
        A row a count: unit_name, the columns `keys`, and the names of the places at
        every level that the coverage speaks of.
    keys : tuple of str
        Columns that make the unit.
    coverage : Coverage
        Where the source looked.
    units : sequence of str, optional
        The units wanted, in case some have no events.
    """
    # In the order of names, not of rows: files may be counted in parts.
    base = table[["unit_name", *keys]].drop_duplicates("unit_name")
    base = base.sort_values("unit_name", kind="stable")
    if units is not None:
        base = _named_units(base, keys, units)
    if not keys:
        base = pd.DataFrame({"unit_name": ["all"]})
    base = base.astype({"unit_name": "str"})
    levels = [x for x in coverage.windows["level"].unique() if x != WORLD]
    rows = [base.assign(cover_level=WORLD, cover_place="")]
    for level in levels:
        if level in keys:
            own_place = base[level].astype("str")
            rows.append(base.assign(cover_level=level, cover_place=own_place))
            continue
        if not keys:
            names = coverage.windows.loc[coverage.windows["level"] == level, "place"]
            places = pd.DataFrame({"unit_name": "all", "cover_place": names.unique()})
        else:
            own = table[["unit_name", level]]
            own = own.set_axis(["unit_name", "cover_place"], axis=1)
            places = own.drop_duplicates().dropna().astype({"cover_place": "str"})
            places = places.sort_values(["unit_name", "cover_place"])
        places = places.astype({"unit_name": "str", "cover_place": "str"})
        rows.append(base.merge(places, on="unit_name").assign(cover_level=level))
    return pd.concat(rows, ignore_index=True)


def _named_units(
    base: pd.DataFrame, keys: tuple[str, ...], units: Sequence[str]
) -> pd.DataFrame:
    if len(keys) != 1:
        message = f"`units` needs exactly one column in `by`; got {listed(keys)}."
        raise ArgumentError(message)
    wanted = pd.DataFrame({"unit_name": [str(u) for u in units]})
    own = base.astype({"unit_name": "str"})
    if keys[0] == "country":
        _check_countries(set(wanted["unit_name"]) - set(own["unit_name"]), own)
    out = wanted.merge(own, on="unit_name", how="left")
    out[keys[0]] = out[keys[0]].astype("object").fillna(out["unit_name"])
    return out


def _check_countries(absent: set[str], own: pd.DataFrame) -> None:
    """Raise if a country without events is a slip of the pen: it would count as zero.

    Raises
    ------
    ArgumentError
        If no country goes by the name and one is close to it, or if the data write
        the same country in another way.
    """
    written: dict[str, str] = {}
    for name in own["unit_name"] if absent else ():
        with contextlib.suppress(ArgumentError):
            written[find_country(name).name] = name
    for name in sorted(absent):
        try:
            known = find_country(name).name
        except ArgumentError as problem:
            # Two letters off, not half a name: a simulated country may have any.
            states = [str(n) for n in list_countries()["country"]]
            if difflib.get_close_matches(name, states, n=1, cutoff=0.78):
                message = f"`units` names {name!r}. {problem}"
                raise ArgumentError(message) from problem
            continue
        if known in written:
            message = (
                f"`units` names {name!r}, which these data write {written[known]!r}.\n"
                "Hint: use their name, or the unit would be counted as zero."
            )
            raise ArgumentError(message)


def lag_note(
    coverage: Coverage, dataset: Dataset, index: np.ndarray, every: str
) -> list[str]:
    """Return a note if the newest periods lie inside the source's reporting lag."""
    lag = coverage.windows["lag_days"].max()
    if pd.isna(lag) or coverage.end is None:
        return []
    read = [s.retrieved_at for s in dataset.source_records if s.retrieved_at]
    today = max(day(max(read), "retrieved_at"), coverage.end) if read else coverage.end
    complete_until = today - pd.Timedelta(days=int(lag))
    late = period_ends(index, every) > complete_until
    if not late.any():
        return []
    first = period_starts(index[late][:1], every)[0]
    return [
        f"from {first:%Y-%m-%d} on, counts lie within the source's reporting lag of "
        f"{int(lag)} days and will still rise"
    ]
