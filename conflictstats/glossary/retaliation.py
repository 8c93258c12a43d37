"""Columns of the retaliation tables."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column(
        "coding", "How the counts enter the model: count, incidence, log1p, events."
    ),
    Column("n_lags", "Lags of the model, in periods.", "periods", "int64"),
    Column("horizon", "Periods after the one more event.", "periods", "int64"),
    Column("n_tests", "Reactions tested.", "", "int64"),
    Column("n_reactions", "Tests that see a reaction.", "", "int64"),
    Column(
        "reacts", "Whether the p-value is below one minus the level.", "", "boolean"
    ),
)
