"""Columns of the progress-curve tables."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("estimator", "How it was estimated: least squares or power law."),
    Column(
        "attack_number", "Number of the gap: 1 follows the first attack.", "", "int64"
    ),
    Column("gap_days", "Time since the attack before.", "days or as given", "float64"),
    Column(
        "gap_fitted",
        "Gap of the published curve, tau_1 n^(-b), by least squares.",
        "days or as given",
        "Float64",
    ),
    Column(
        "gap_expected",
        "Gap the power-law process expects at this time.",
        "days or as given",
        "Float64",
    ),
    Column("n_zero_gaps", "Gaps of zero, which have no logarithm.", "gaps", "int64"),
    Column("n_places", "Places with enough attacks.", "places", "int64"),
    Column("n_gaps", "Gaps between attacks.", "gaps", "int64"),
)
