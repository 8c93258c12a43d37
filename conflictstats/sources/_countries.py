"""Countries of events: ISO letters and Gleditsch-Ward numbers from names or numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.sources._table import TextTable
from conflictstats.tidy._name_lookup import MATCHED, NO_PLACE
from conflictstats.tidy._states import (
    changing_days,
    gw_of,
    iso3_of,
    names_of_states,
    resolve,
)
from conflictstats.tidy.countries import match_countries

# How the country of an event was told, in `country_match`.
_HOW = pd.Index(["given", "name", "number"], dtype="str")


def with_countries(
    events: pd.DataFrame,
    table: TextTable,
    *,
    number: pd.Series | None = None,
    scheme: str = "",
) -> pd.DataFrame:
    """Return events with ISO letters and Gleditsch-Ward number of their country.

    Parameters
    ----------
    events : DataFrame
        With date_start, and country, country_iso3 or a number; what the provider
        gives stays as it is.
    table : TextTable
        Names and numbers that no country goes by are noted there.
    number : Series, shape (n,), optional
        The provider's number of the country, as text, in the order of the events.
    scheme : str
        The list that number is from.

    Returns
    -------
    DataFrame
        With country_iso3, country_gw and country_match: "given", by "name", by
        "number", or missing.

    Notes
    -----
    The name comes first, then the number. Where both name a state and not the same
    one, that is noted and the name is followed. Nothing is guessed: what is not found
    stays missing.
    """
    n = len(events)
    if not n:
        return events
    blank = pd.Series(pd.NA, index=range(n), dtype="str")
    columns = {
        name: pd.Series(pd.array(events[name])) if name in events else blank
        for name in ("country", "country_iso3")
    }
    columns["number"] = blank if number is None else pd.Series(pd.array(number))
    days = pd.Series(events["date_start"]).to_numpy(dtype="datetime64[D]")
    cases, of_row = _cases(columns, days)
    told = _told(cases, scheme, table)
    letters = pd.Categorical(told["country_iso3"])
    how = pd.Categorical.from_codes(told["how"].to_numpy(), _HOW)
    numbers = told["country_gw"].array[of_row]
    if "country_gw" in events:
        known = pd.Series(pd.array(events["country_gw"])).astype("Int64")
        numbers = known.fillna(pd.Series(numbers)).array
    text: dict[str, Any] = {"country_iso3": letters[of_row]}
    text["country_match"] = how[of_row]
    # Text stays as the reader keeps it: few words repeated, or plain.
    words = events["country"].dtype if "country" in events else None
    if not isinstance(words, pd.CategoricalDtype):
        text = {k: pd.Series(v).astype("str").array for k, v in text.items()}
    return events.assign(country_gw=numbers, **text)


def _cases(
    columns: dict[str, pd.Series], days: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the different cases, with their numbers of rows, and each row's case.

    Days between which no state's name or number changes are one case.
    """
    edges = changing_days()
    # The last segment is that of rows without a day.
    key = np.where(
        np.isnat(days), len(edges) + 1, np.searchsorted(edges, days, "right")
    )
    size = len(edges) + 2
    for column in columns.values():
        codes, distinct = pd.factorize(column)
        key = key + size * (codes + 1)
        size *= len(distinct) + 1
    _, first, of_row, rows = np.unique(
        key, return_index=True, return_inverse=True, return_counts=True
    )
    cases = {
        name: column.iloc[first].astype("str").array for name, column in columns.items()
    }
    return pd.DataFrame({**cases, "day": days[first], "rows": rows}), of_row


def _told(cases: pd.DataFrame, scheme: str, table: TextTable) -> pd.DataFrame:
    """Return letters, number and `how` of each case, and note what was not found."""
    days = cases["day"].to_numpy(dtype="datetime64[D]")
    given, _ = resolve(cases["country_iso3"], "iso3", days)
    by_name, said = resolve(cases["country"], "name", days)
    state = given.fillna(by_name)
    is_given = cases["country_iso3"].notna()
    how = np.select([is_given, by_name.notna()], [0, 1], -1).astype("int8")
    _note_unknown(cases, "country_iso3", is_given & given.isna(), "iso3", table)
    unsure = said.notna() & ~said.isin([MATCHED, NO_PLACE]) & given.isna()
    if scheme:
        # Where ACLED has no number it writes 0.
        cases = cases.assign(
            number=cases["number"].mask(cases["number"].isin(["0", "0.0"]))
        )
        by_number, numbered = resolve(cases["number"], scheme, days)
        how[(state.isna() & by_number.notna()).to_numpy()] = 2
        _note_differing(cases.assign(by_name=by_name, by_number=by_number), table)
        nobody = numbered.notna() & by_number.isna() & state.isna()
        _note_unknown(cases, "number", nobody, scheme, table)
        unsure &= by_number.isna()
        state = state.fillna(by_number)
    _note_unknown(cases, "country", unsure, "name", table)
    letters = cases["country_iso3"].fillna(iso3_of(state))
    return pd.DataFrame(
        {"country_iso3": letters, "country_gw": gw_of(state, days), "how": how}
    )


def _note_unknown(
    cases: pd.DataFrame, column: str, where: pd.Series, scheme: str, table: TextTable
) -> None:
    """Note each word that no country, or more than one, goes by, and how often."""
    some = cases[where & ~cases[column].map(_several)]
    if some.empty:
        return
    rows = some.groupby(column)["rows"].sum()
    found = match_countries(list(rows.index), scheme=scheme)
    for word, n, near in zip(rows.index, rows, found["near_matches"], strict=True):
        like = "" if pd.isna(near) else f" Names like it: {near}."
        said = f"No one country goes by {word!r} ({n:,} rows); its codes stay open."
        table.note(
            "country.unknown", said + like, column=column, before=word, action="noted"
        )


def _several(words: object) -> bool:
    """Tell whether a name lists countries, as in "Iraq, Syria": no one of them."""
    parts = pd.Series(str(words).split(", "), dtype="str")
    return len(parts) > 1 and bool(resolve(parts, "any", None)[0].notna().all())


def _note_differing(cases: pd.DataFrame, table: TextTable) -> None:
    """Note names and numbers that name different states."""
    both = cases["by_name"].notna() & cases["by_number"].notna()
    some = cases[both & (cases["by_name"] != cases["by_number"])]
    names = names_of_states()
    pairs = some.groupby(["country", "number", "by_number"], as_index=False)["rows"]
    for word, code, state, n in pairs.sum().itertuples(index=False, name=None):
        said = (
            f"{word!r} stands beside the number {code}, which is {names[state]} "
            f"({n:,} rows); the name is followed."
        )
        table.note(
            "country.differs", said, column="country", before=word, action="noted"
        )
