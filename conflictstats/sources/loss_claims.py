"""Daily claims of an opponent's losses: Russian losses as Ukraine claims them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.errors import ReadError
from conflictstats.sources._bounds import flagged
from conflictstats.sources._formats import open_any
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "loss_claims"

_COLUMNS = {
    "date": ("date",),
    "day": ("day",),
    "direction": ("greatest losses direction",),
    "personnel": ("personnel",),
    "about": ("personnel*",),
    "prisoners": ("pow",),
}
EQUIPMENT = (
    *("aircraft", "helicopter", "tank", "APC", "field artillery", "MRL"),
    *("military auto", "fuel tank", "drone", "naval ship", "anti-aircraft warfare"),
    *("special equipment", "mobile SRBM system", "vehicles and fuel tanks"),
    *("cruise missiles", "submarines", "ground robotic systems"),
)
_BEGIN = np.datetime64("2022-02-24")
_SOURCE = Source(
    name="Claimed Russian losses",
    publisher="General Staff of the Armed Forces of Ukraine; PetroIvaniuk",
    url="https://github.com/PetroIvaniuk/2022-Ukraine-Russia-War-Dataset",
    licence="MIT",
    may_redistribute=True,
    citation=(
        "General Staff of the Armed Forces of Ukraine, daily claims of Russian losses; "
        "2022 Ukraine Russia War Dataset."
    ),
    definition="Running totals of losses since 24 Feb 2022, as the other side claims.",
    inclusion="Claims of one party, not verified; corrected at times, downwards too.",
    coverage="daily claims; a day without one is unknown",
)


def read_loss_claims(path: Any, *, corrections: Any = None) -> Dataset:
    """Read daily running totals of claimed losses of personnel or equipment.

    Parameters
    ----------
    path : path, file object or DataFrame
        JSON records of personnel or equipment, or the same as CSV.
    corrections : path, file object or DataFrame, optional
        The table of corrections that comes with them; kept as it is under
        ``extras["corrections"]``.

    Returns
    -------
    Dataset
        An event a day's claim; every count is `cumulative` since 24 February 2022.
        Personnel are `casualties`: killed and wounded are not told apart.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    A total below the one before is kept and marked "revised down" in `correction`.
    "About" in the column beside personnel makes a number `about`, its ends open. The
    table of corrections holds changes, not losses, and is refused by itself.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> days = pd.DataFrame({"date": ["2022-02-25", "2022-02-26"], "day": [2, 3]})
    >>> ds = cs.read_loss_claims(days.assign(tank=[80, 76]))
    >>> ds.counts[["unit", "best", "correction"]]
       unit  best    correction
    0  tank    80           NaN
    1  tank    76  revised down
    """
    rows = Records(path, NAME, _COLUMNS, ("date", "day"), also="|".join(EQUIPMENT))
    if not rows.others and not rows.has("personnel"):
        rows.refuse("personnel")
    rows.identify("date")
    days = rows.days("date")
    _refuse_changes(rows)
    for column in rows.others:
        _add(rows, column, "equipment_destroyed", days, unit=column)
    about = rows.text("about").str.casefold().eq("about").to_numpy(dtype=bool)
    if rows.has("personnel"):
        _add(rows, "personnel", "casualties", days, about=about)
    if rows.has("prisoners"):
        _add(rows, "prisoners", "detained", days)
    events = {
        "date_start": days,
        "date_end": days,
        "date_precision": "day",
        "country": "Ukraine",
        "country_iso3": "UKR",
        "event_class": "claim",
        "description": rows.text("direction"),
    }
    claimant = pd.Series("General Staff of Ukraine", index=range(rows.n), dtype="str")
    extras = {}
    if corrections is not None:
        extras["corrections"] = open_any(corrections)[0].load().data.to_pandas()
    return rows.finish(
        _SOURCE, Coverage.none(), events, [("claimant", claimant)], extras
    )


def _refuse_changes(rows: Records) -> None:
    """Refuse the table of corrections: a quarter of its rows hold negative numbers."""
    names = [*rows.others, *(["personnel"] if rows.has("personnel") else [])]
    below = np.zeros(rows.n, bool)
    for column in names:
        below |= rows.text(column).str.startswith("-").fillna(False).to_numpy(bool)
    if below.sum() * 4 > rows.n:
        message = (
            f"{rows.table.name} holds corrections, changes in either direction, not "
            "running totals.\nHint: pass it as `corrections=` beside the totals."
        )
        raise ReadError(message)


def _add(
    rows: Records,
    column: str,
    measure: str,
    days: np.ndarray,
    *,
    unit: str = "people",
    about: np.ndarray | None = None,
) -> None:
    values = rows.numbers(column)
    fuzzy = np.zeros(rows.n, bool) if about is None else about
    ends = np.where(fuzzy, np.nan, values)
    with np.errstate(invalid="ignore"):
        down = values < rows.before(values, days)
    rows.add(
        measure,
        "personnel" if unit == "people" else "other",
        "cumulative",
        {"low": ends, "best": values, "high": ends},
        where=~np.isnan(values),
        key=column,
        period_start=pd.Timestamp(_BEGIN),
        as_of=days.astype("datetime64[us]"),
        unit=unit,
        population=column,
        raw_text=rows.text(column),
        claimant="General Staff of the Armed Forces of Ukraine",
        victim_side="Russia",
        scope="cumulative_since",
        correction=flagged(down, "revised down"),
    )
