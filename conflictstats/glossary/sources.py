"""Columns that single providers add to the events."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column(
        "number_of_sources",
        "Reports the event rests on; missing where not recorded.",
        "reports",
        "Int64",
    ),
    Column("code_status", "Whether the provider has checked the row, in its own word."),
    Column("sub_event_type", "The provider's finer class of event, verbatim."),
    Column(
        "disorder_type",
        "Political violence, demonstrations or strategic developments: the provider's "
        "widest class.",
    ),
    Column("admin3", "Third-level administrative area, as the provider writes it."),
)
