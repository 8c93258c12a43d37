"""Columns of a Panel."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("unit_name", "The unit: its names joined by ' / '; 'all' for one series."),
    Column("period", "Label of the period: 2020-02-27, 2020-W09, 2020-02, 2020-Q1."),
    Column("n_events", "Reported events the row is about.", "events", "Int64"),
    Column(
        "n_unknown",
        "Events whose count is unknown; they add nothing to `best`.",
        "events",
        "Int64",
    ),
    Column(
        "n_open",
        "Events whose count has no upper end; with any, `high` is missing.",
        "events",
        "Int64",
    ),
    Column(
        "state",
        "observed, zero (looked at, nothing reported) or unknown (not looked at, "
        "or only events without a number).",
    ),
    Column("days", "Days of the period.", "days", "int64"),
    Column("covered_days", "Days of the period the source covers.", "days", "int64"),
    Column(
        "total",
        "Sum of `best` over the periods where it is known.",
        "as the count",
        "Float64",
    ),
    Column("n_periods", "Periods of the panel.", "periods", "int64"),
    Column(
        "n_zero", "Periods looked at in which nothing was reported.", "periods", "int64"
    ),
    Column("n_periods_unknown", "Periods whose count is unknown.", "periods", "int64"),
)
