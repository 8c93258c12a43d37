"""Columns of the tables of breaks, interruptions, nowcasts and comparisons."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column(
        "variance_factor",
        "Factor by which autocorrelation changed the variance of the test.",
        "",
        "float64",
    ),
    Column("change_at", "First period after the change.", "", "any"),
    Column("change_at_low", "Earliest first period after the change.", "", "any"),
    Column("change_at_high", "Latest first period after the change.", "", "any"),
)
