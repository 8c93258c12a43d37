"""Daily cumulative casualties in Gaza, as Tech For Palestine publishes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.sources._bounds import flagged
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "palestine_daily"

# Column: measure, group, kind, and what it is in words.
SERIES = {
    "killed": ("killed", "all", "flow", "killed"),
    "killed_cum": ("killed", "all", "cumulative", "killed"),
    "injured": ("injured", "all", "flow", "injured"),
    "injured_cum": ("injured", "all", "cumulative", "injured"),
    "killed_children_cum": ("killed", "children", "cumulative", "children"),
    "killed_women_cum": ("killed", "women", "cumulative", "women"),
    "med_killed_cum": ("killed", "health_workers", "cumulative", "medical staff"),
    "press_killed_cum": ("killed", "journalists", "cumulative", "press"),
    "civdef_killed_cum": ("killed", "rescue_workers", "cumulative", "civil defence"),
    "massacres_cum": ("other", "other", "cumulative", "massacres"),
    "killed_recovered": ("other", "other", "flow", "bodies recovered"),
    "killed_committee": ("other", "other", "flow", "added by the committee"),
    "killed_succumbed": ("other", "other", "flow", "succumbed to injuries"),
    "killed_truce_new": ("other", "other", "flow", "killed since the truce"),
    "aid_seeker_killed_cum": ("killed", "other", "cumulative", "aid seekers"),
    "aid_seeker_injured_cum": ("injured", "other", "cumulative", "aid seekers"),
    "famine_cum": ("other", "other", "cumulative", "died of famine"),
    "child_famine_cum": ("other", "children", "cumulative", "died of famine"),
}
CLAIMANTS = {"mohtel": "Ministry of Health", "gmotel": "Government Media Office"}
_COLUMNS = {
    "report_date": ("report_date",),
    "report_source": ("report_source",),
    "report_period": ("report_period",),
    **{name: (name,) for name in SERIES},
    **{f"ext_{name}": (f"ext_{name}",) for name in SERIES},
}
_SOURCE = Source(
    name="Palestine daily casualties (Gaza)",
    publisher="Tech For Palestine",
    url="https://data.techforpalestine.org",
    licence="public domain",
    may_redistribute=True,
    citation="Tech For Palestine, Palestine Datasets, daily casualties - Gaza.",
    definition=(
        "Killed and injured as reported by the Ministry of Health and the Government "
        "Media Office: running totals, and the numbers of the reporting period."
    ),
    inclusion=(
        "Running totals also hold bodies recovered and deaths approved by a committee, "
        "so they rise by more than the numbers of the day; all are revised."
    ),
    coverage="Gaza from 7 October 2023; a day without a report is unknown",
)


def read_palestine_daily(path: Any) -> Dataset:
    """Read the daily casualties of Gaza: running totals and daily numbers.

    Parameters
    ----------
    path : path, file object or DataFrame
        JSON records as published, or the same as CSV.

    Returns
    -------
    Dataset
        An event a report; its counts are `cumulative` since the first report, or
        `flow` over the reporting period (24 hours, or more).

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    Where the source gave no number, the publisher's extrapolation stands in, marked
    "extrapolated" in `column_state`, or "carried forward" where it repeats the day
    before. A row about a period of 0 hours is no report: its daily zeros are left out,
    its totals are carried forward. Bodies recovered, deaths added by the committee and
    the like are kept apart under the measure "other": running totals hold them, daily
    numbers do not. A running total below the day before is kept, with `correction`
    "revised down".

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> frame = pd.DataFrame({"report_date": ["2023-10-07", "2023-10-08"]})
    >>> frame["killed_cum"], frame["ext_killed_cum"] = [232, None], [232, 370]
    >>> cs.read_palestine_daily(frame).counts[["kind", "best", "column_state"]]
             kind  best  column_state
    0  cumulative   232      reported
    1  cumulative   370  extrapolated
    """
    rows = Records(path, NAME, _COLUMNS, ("report_date", "killed_cum"))
    rows.identify("report_date")
    days = rows.days("report_date")
    hours = rows.whole("report_period").fillna(24)
    # A report about no hours is none: its daily numbers are zeros that nobody counted,
    # its totals those of the day before.
    silent = hours.eq(0).to_numpy(dtype=bool)
    hours = hours.clip(24, 24 * 31)
    whole_days = np.ceil(hours.to_numpy(dtype="float64") / 24).astype("int64")
    known = days[~np.isnat(days)]
    since = known.min() if len(known) else np.datetime64("NaT", "D")
    for column in SERIES:
        if rows.has(column) or rows.has(f"ext_{column}"):
            _add(rows, column, days, (since, days - (whole_days - 1)), silent)
    events = {
        "date_start": days,
        "date_end": days,
        "date_precision": "day",
        "place": "Gaza Strip",
        "country": "Palestine",
        "country_iso3": "PSE",
        "event_class": "claim",
        "source_class": rows.text("report_source"),
    }
    named = rows.text("report_source")
    claimant = named.map(lambda s: CLAIMANTS.get(s, s)).mask(named.eq("missing"))
    return rows.finish(_SOURCE, Coverage.none(), events, [("claimant", claimant)])


def _add(
    rows: Records,
    column: str,
    days: np.ndarray,
    begins: tuple[np.datetime64, np.ndarray],
    silent: np.ndarray,
) -> None:
    measure, group, kind, said = SERIES[column]
    reported, guessed = rows.numbers(column), rows.numbers(f"ext_{column}")
    given = ~np.isnan(reported)
    values = np.where(given, reported, guessed)
    before = rows.before(values, days)
    same = (~given | silent) & (values == before)
    cumulative = kind == "cumulative"
    state = np.select(
        [same & cumulative, given], ["carried forward", "reported"], "extrapolated"
    )
    with np.errstate(invalid="ignore"):
        down = (values < before) & cumulative
    start = np.full(rows.n, begins[0]) if cumulative else begins[1]
    rows.add(
        measure,
        group,
        kind,
        {"low": values},
        where=~np.isnan(values) & (cumulative | ~silent),
        key=column,
        period_start=start.astype("datetime64[us]"),
        as_of=days.astype("datetime64[us]"),
        population=said,
        raw_text=rows.text(column).fillna(rows.text(f"ext_{column}")),
        column_state=pd.Series(state, dtype="str"),
        correction=flagged(down, "revised down"),
        scope="cumulative_since" if cumulative else "window_total",
    )
