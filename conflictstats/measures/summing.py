"""The one place that knows what may be summed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of, listed
from conflictstats.errors import SumError
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.vocabulary import MEASURES, may_overlap

SUMMABLE = ("incident", "flow")


def select_counts(
    dataset: Dataset, measure: str, groups: Sequence[str], kind: str | None
) -> pd.DataFrame:
    """Return the counts that answer the question, or refuse, saying why.

    Parameters
    ----------
    dataset : Dataset
        Its counts are looked through.
    measure : str
        What is counted.
    groups : sequence of str
        Disjoint groups whose counts are added.
    kind : str or None
        "incident" or "flow"; may be left out if the counts are of one kind.

    Returns
    -------
    DataFrame
        The rows of `counts`, with their index.

    Raises
    ------
    ArgumentError
        If the measure is unknown.
    SumError
        If the counts must not be summed.
    """
    counts = dataset.counts
    have = [m for m in MEASURES if counts["measure"].eq(m).any()]
    hint = "" if measure not in MEASURES else (
        f"the data set counts {listed(have)}; there is no {measure!r} in it."
    )  # fmt: skip
    check_one_of(measure, "measure", have, hint)
    _check_groups(groups)
    some = counts[counts["measure"].eq(measure).to_numpy(dtype=bool, na_value=False)]
    in_group = some["group"].isin(groups)
    if not in_group.any():
        present = sorted(some["group"].astype("str").unique())
        message = (
            f"No count of {measure!r} is about {listed(groups)}; the data set has "
            f"{listed(present)}.\nHint: name one of them, or several disjoint ones, "
            "in `group=`."
        )
        raise SumError(message)
    chosen = some[in_group]
    chosen = _of_kind(chosen, measure, kind)
    _check_units(chosen, measure)
    _check_levels(dataset, chosen, measure)
    _check_rivals(chosen, measure)
    return chosen


def _check_groups(groups: Sequence[str]) -> None:
    for i, one in enumerate(groups):
        for other in groups[i + 1 :]:
            if may_overlap(one, other):
                message = (
                    f"{one!r} and {other!r} may hold the same people, so their counts "
                    "must not be added.\nHint: count them one at a time."
                )
                raise SumError(message)


def _of_kind(chosen: pd.DataFrame, measure: str, kind: str | None) -> pd.DataFrame:
    kinds = [str(k) for k in chosen["kind"].unique()]
    if kind is not None:
        check_one_of(kind, "kind", kinds)
        chosen, kinds = chosen[chosen["kind"] == kind], [kind]
    for word, why in (
        (
            "stock",
            "a stock is the number at one moment, the same people again",
        ),
        ("cumulative", "a running total holds all that came before it"),
    ):
        if word in kinds:
            message = (
                f"Counts of {measure!r} include kind {word!r} and must not be summed "
                f"over time: {why}.\nHint: "
            )
            message += (
                "pass `kind=` to leave them out"
                if len(kinds) > 1
                else "`cs.stock_at(dataset, day)` gives the number on a day"
                if word == "stock"
                else "`cs.to_flows` bounds the flows behind running totals"
            )
            raise SumError(message + ".")
    if len(kinds) > 1:
        message = (
            f"Counts of {measure!r} are of kinds {listed(kinds)}: single incidents and "
            "totals of periods that hold them must not be added.\n"
            "Hint: pass `kind='incident'` or `kind='flow'`."
        )
        raise SumError(message)
    return chosen


def _check_units(chosen: pd.DataFrame, measure: str) -> None:
    units = chosen["unit"].dropna().unique()
    if len(units) > 1:
        message = (
            f"Counts of {measure!r} are in different units ({listed(units)}) and must "
            "not be added.\nHint: cut the data set with "
            f"`dataset.where(counts=lambda c: c['unit'] == {units[0]!r})`."
        )
        raise SumError(message)


def _check_levels(dataset: Dataset, chosen: pd.DataFrame, measure: str) -> None:
    """Refuse counts of a country beside those of its areas: the same people again."""
    if "admin_level" not in dataset.events:
        return
    events = dataset.events.set_index("event_id")
    level = chosen["event_id"].map(events["admin_level"])
    country = chosen["event_id"].map(events["country_iso3"].astype("str"))
    levels = level.groupby(country.fillna("")).unique()
    for where, several in levels.items():
        nested = sorted({int(one) for one in several if pd.notna(one)})
        if len(nested) > 1:
            message = (
                f"Counts of {measure!r} in {where!r} stand at levels {listed(nested)}, "
                "which hold the same people again.\nHint: keep one with "
                "`dataset.where(events=lambda e: e['admin_level'] == "
                f"{nested[-1]})`."
            )
            raise SumError(message)


_HINT = (
    "\nHint: `cs.reconcile_events(dataset)` gives one range an event, `cs.reconcile` "
    "bounds what all claims together allow; or keep one claimant with `dataset.where`."
)


def _check_rivals(chosen: pd.DataFrame, measure: str) -> None:
    """Refuse rival claims on one event, and windows that may hold one another."""
    of_event = chosen["event_id"].notna().to_numpy()
    # Counts of one event at several places are its parts, not rivals.
    same = chosen.loc[of_event, ["event_id", "group", "place"]]
    # Spread parts of one count share event and group but not their window.
    windows = chosen.loc[of_event, "period_start"]
    if same.assign(w=windows).duplicated().any():
        event = same["event_id"][same.assign(w=windows).duplicated()].iloc[0]
        message = (
            f"Event {event!r} has several counts of {measure!r}: rival claims on the "
            f"same people, which must not be added.{_HINT}"
        )
        raise SumError(message)
    alone = chosen[~of_event]
    alone = alone[alone["period_start"].notna()]
    if len(alone) < 2:
        return
    place = alone[["place", "admin1", "group", "population"]].astype("str")
    key = pd.util.hash_pandas_object(place.fillna(""), index=False).to_numpy()
    start = alone["period_start"].to_numpy()
    end = alone["period_end"].fillna(alone["period_start"]).to_numpy()
    order = np.lexsort((start, key))
    # Within a place, windows sorted by start overlap if one begins before the end of
    # any earlier one.
    sorted_key, sorted_start = key[order], start[order]
    reach = pd.Series(end[order]).groupby(sorted_key).cummax().to_numpy()
    overlap = (sorted_key[1:] == sorted_key[:-1]) & (sorted_start[1:] <= reach[:-1])
    if overlap.any():
        at = int(np.flatnonzero(overlap)[0])
        ids = alone["count_id"].to_numpy()[order][[at, at + 1]]
        message = (
            f"Counts {ids[0]!r} and {ids[1]!r} of {measure!r} are about overlapping "
            f"windows at one place and may hold the same people.{_HINT}"
        )
        raise SumError(message)


def add_groups(counts: pd.DataFrame) -> pd.DataFrame:
    """Return one row an event from counts of disjoint groups, added.

    Parameters
    ----------
    counts : DataFrame
        count_id, row (which event), first, last, low, best, high.

    Returns
    -------
    DataFrame
        The same columns. best is missing only if every group's is; high if any
        group's is.
    """
    first = counts.groupby("row", sort=False)
    out = first[["count_id", "first", "last"]].first()
    for name in ("low", "best"):
        out[name] = first[name].sum(min_count=1)
    out["high"] = first["high"].sum(min_count=1)
    open_ended = counts["high"].isna().groupby(counts["row"], sort=False).any()
    out["high"] = out["high"].mask(open_ended)
    return out.reset_index()
