"""Columns of the panels tables."""

from conflictstats.glossary._column import Column

COLUMNS: tuple[Column, ...] = ()
