"""Columns of the truth that comes with a simulated data set."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("day_of_window", "When it happened, since the start.", "days", "float64"),
    Column("acting_side", "The side that acted."),
    Column("attacked_side", "The side that was attacked."),
    Column("parent_id", "event_id of the event that called this one forth."),
    Column("generation", "Steps from an unprovoked event; 0 is one.", "", "Int64"),
    Column("killed", "True deaths, all of them.", "people", "Int64"),
    Column("killed_civilians", "True deaths of civilians.", "people", "Int64"),
    Column("killed_attacked", "True deaths of the side attacked.", "people", "Int64"),
    Column("killed_acting", "True deaths of the side that acted.", "people", "Int64"),
    Column("was_noticed", "Whether at least one reporter noticed it.", "", "bool"),
    Column("parameter", "Name of a parameter of the simulation."),
    Column("true_value", "Value the simulation was run with.", "", "float64"),
)
