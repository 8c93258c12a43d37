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
    Column("assessment", "The recorder's confidence in the incident, in our words."),
    Column("belligerents", "Parties named as responsible, in alphabetical order."),
    Column("strike_status", "Whether a strike was declared, likely or contested."),
    Column("entry_order", "Place of the row in the order of entry.", "", "Int64"),
    Column("reader", "The reader that knows the word."),
    Column("source_column", "Where the provider writes the word."),
    Column("source_word", "The provider's word, or the column that is counted."),
    Column("our_column", "Column of the tidy tables that holds our word for it."),
    Column("our_word", "What the word is in the tidy tables."),
    Column("description", "What the source says of the event, as plain text."),
    Column("origin_iso3", "Where people come from, ISO 3166-1 alpha-3."),
    Column("origin", "Where people come from, as the provider writes it."),
    Column("admin_level", "Level of the place: 0 country, 1, 2.", "", "Int64"),
    Column("round", "Round of the survey.", "", "Int64"),
    Column(
        "displacement_reason",
        "Why people were displaced, reasons in alphabetical order.",
    ),
    Column("operation", "Operation of the survey, as the provider names it."),
    Column("assessment_type", "Kind of survey, in the provider's word."),
    Column("data_role", "recommended, or triangulation: repeats another figure."),
    Column("hazard", "What set off the displacement, in the provider's word."),
    Column("conflict_id", "The provider's id of the conflict."),
    Column("dyad_id", "The provider's id of the pair of sides."),
    Column(
        "intensity_level", "minor (25-999 battle deaths in the year) or war (1,000)."
    ),
    Column("incompatibility", "What is fought over: territory, government, both."),
    Column("places_gw", "Gleditsch-Ward numbers, comma separated, as given."),
    Column("warning", "What the provider notes about the row."),
    Column("column_state", "reported, carried forward or extrapolated."),
    Column("correction", "Whether the provider corrected the day's figure."),
    Column("is_doubtful", "Whether it may not be terrorism.", "", "boolean"),
)
