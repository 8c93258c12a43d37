"""Columns of the tables that only plots ask for."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("label", "Name that a row has on a picture."),
    Column("date", "Day that is marked on a time axis.", "", "any"),
    Column("event_date", "Day of the event that a report is about.", "", "any"),
    Column("event_size", "Reported count of one event.", "as the count", "float64"),
    Column(
        "exceedance",
        "Share of events with at least so large a count.",
        "share",
        "float64",
    ),
)
