"""Every column that leaves the package: meaning, unit, dtype.

A table may only carry columns that are defined here (tests refuse strangers), so
`conf_low` means the same in every result. One file a room; names never repeat.
"""

from conflictstats.glossary._column import Column
from conflictstats.glossary.lookup import GLOSSARY, define, glossary_table

__all__ = ["GLOSSARY", "Column", "define", "glossary_table"]
