"""Columns of what was fetched, and of what changed between two states of a data set."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("provider", "Who was asked for the download."),
    Column("rows", "Rows of the download.", "rows", "Int64"),
    Column("bytes", "Size of the download.", "bytes", "Int64"),
    Column("path", "File the download is kept in."),
    Column("change", "added, removed or changed."),
    Column("record_id", "Identifier of the row: its event_id or count_id."),
)
