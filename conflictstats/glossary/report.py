"""Columns of the tables that reports and their checks give."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("item", "File, source or package that was compared with the record."),
    Column(
        "item_role",
        "What it was for: output, rerun (made again), source or environment.",
    ),
    Column("comparison", "same, differs, missing, or not checked."),
    Column("expected", "Checksum or version in the record."),
    Column("found", "Checksum or version now."),
)
