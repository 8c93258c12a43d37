"""Columns of the tables of stocks and flows."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("age_days", "Days from the report to the day asked about.", "days", "Int64"),
    Column("n_counts", "Counts that the sum is made of.", "counts", "Int64"),
    Column(
        "n_straddling",
        "Counts whose window sticks out of the days asked about.",
        "counts",
        "Int64",
    ),
)
