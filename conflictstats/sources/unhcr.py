"""UNHCR: refugees and others by origin and asylum, end-year stocks and yearly flows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_type
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "unhcr"

_FIELDS = (
    *("year", "coo_name", "coo", "coo_iso", "coa_name", "coa", "coa_iso"),
    *("refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps"),
    *("stateless", "ooc", "oip", "hst", "refugee_like"),
)
_COLUMNS = {name: (name, name.replace("_", " ")) for name in _FIELDS}
# UNHCR's column: measure, group, kind, the year from which its figures exist.
MEASURES = {
    "refugees": ("refugees", "refugees", "stock", 1951),
    "asylum_seekers": ("asylum_seekers", "all", "stock", 1993),
    "returned_refugees": ("returned", "refugees", "flow", 1965),
    "idps": ("present", "displaced_people", "stock", 1993),
    "returned_idps": ("returned", "displaced_people", "flow", 1997),
    "stateless": ("stateless", "all", "stock", 2004),
    "ooc": ("other", "other", "stock", 1997),
    "oip": ("other", "other", "stock", 2018),
    "hst": ("other", "other", "stock", 2019),
    "refugee_like": ("other", "other", "stock", 1951),
}
_MEANINGS = {
    "ooc": "others of concern",
    "oip": "other people in need of international protection",
    "hst": "host community, not displaced",
    "idps": "internally displaced people protected or assisted by UNHCR",
}
_SOURCE = Source(
    name="UNHCR Refugee Data Finder",
    publisher="United Nations High Commissioner for Refugees",
    url="https://www.unhcr.org/refugee-statistics",
    licence="CC BY 4.0",
    may_redistribute=True,
    citation="UNHCR, Refugee Data Finder, population figures.",
    definition=(
        "People by country of origin and of asylum: stocks at the end of the year; "
        "returns, and everything in the flow tables, within the year."
    ),
    inclusion=(
        "UNHCR's mandate; Palestine refugees under UNRWA are apart. One to four people "
        "are published as 5. Where nothing is known 0 is published."
    ),
    coverage="countries reporting to UNHCR; silence and 0 are unknown",
)


def read_unhcr(path: Any, *, keep_zeros: bool = False) -> Dataset:
    """Read UNHCR's population or flow figures by origin and asylum.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV of the Refugee Data Finder or records of its API.
    keep_zeros : bool
        Whether to take a 0 as a zero from the year the category exists. UNHCR writes 0
        also where nothing is known, so by default a 0 gives no count.

    Returns
    -------
    Dataset
        An event a year, origin and asylum: the record of that year. Populations are
        stocks at its end, returns are flows.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    A 5 stands for one to five people: low 1, high 5, no best, qualifier "censored".
    UNHCR's own country codes (CHI is not Chile) stay in the events' identifiers;
    `country_iso3` and `origin_iso3` are ISO. The host community (`hst`) is not
    displaced, and stands with others of concern under the measure "other".

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"year": 2020, "coo": "UTO", "coa": "ANY", "coo_iso": "UTP"}
    >>> row |= {"coa_iso": "AYD", "refugees": 5, "returned_refugees": 40, "idps": 0}
    >>> ds = cs.read_unhcr(pd.DataFrame([row]))
    >>> ds.counts[["measure", "kind", "low", "best", "high", "qualifier"]]
        measure   kind  low  best  high qualifier
    0  refugees  stock    1  <NA>     5  censored
    1  returned   flow   40    40    40     exact
    """
    check_type(keep_zeros, "keep_zeros", bool, "True or False")
    rows = Records(path, NAME, _COLUMNS, ("year", "coo", "coa", "refugees"))
    rows.identify("year", "coo", "coa")
    starts, ends = rows.years("year")
    # The flow tables have a column that the population tables lack.
    flows = rows.has("refugee_like") and not rows.has("idps")
    for column, (measure, group, kind, since) in MEASURES.items():
        if not rows.has(column):
            continue
        values = rows.numbers(column)
        moment = kind == "stock" and not flows
        with np.errstate(invalid="ignore"):
            some = values > 0
        if keep_zeros:
            old = starts < np.datetime64(f"{since}-01-01")
            some = ~np.isnan(values) & ~(old & (values == 0))
        censored = values == 5
        low, best, high = (np.where(censored, end, values) for end in (1, np.nan, 5))
        bounds: dict[str, Any] = {"low": low, "best": best, "high": high}
        bounds["qualifier"] = np.where(censored, "censored", "exact")
        rows.add(
            measure,
            group,
            "flow" if flows else kind,
            bounds,
            where=some,
            key=column,
            period_start=pd.Series(ends if moment else starts).astype("datetime64[us]"),
            raw_text=rows.text(column),
            population=_MEANINGS.get(column, column.replace("_", " ")),
        )
    events = {
        "date_start": starts,
        "date_end": ends,
        "date_precision": "year",
        "country": rows.text("coa_name"),
        "country_iso3": _iso(rows, "coa_iso"),
        "event_class": "displacement",
        "source_class": "flow" if flows else "population",
        "origin": rows.text("coo_name"),
        "origin_iso3": _iso(rows, "coo_iso"),
    }
    return rows.finish(_SOURCE, Coverage.none(), events)


def _iso(rows: Records, column: str) -> pd.Series:
    # UNHCR's words for people without a country, which are no ISO codes: unknown,
    # stateless, Tibetan.
    return rows.text(column).mask(rows.text(column).isin(["UNK", "XXA", "TIB"]))
