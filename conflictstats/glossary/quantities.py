"""Columns of the frame that `parse_quantity` gives for a column of phrases."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column(
        "rule",
        "The rule that read a count phrase; 'refused.' and the reason if none could.",
    ),
)
