"""Columns of the near-repeat tables."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column(
        "distance_from",
        "Distances of the band are at least this; the band 0 to 0 is the same place.",
        "km or as given",
        "float64",
    ),
    Column(
        "distance_to",
        "Distances of the band are below this; missing for the open last band.",
        "km or as given",
        "Float64",
    ),
    Column("gap_from", "Time gaps of the band are at least this.", "days", "float64"),
    Column(
        "gap_to",
        "Time gaps of the band are below this; missing for the open last band.",
        "days",
        "Float64",
    ),
    Column("observed_pairs", "Pairs of events in the band.", "pairs", "float64"),
    Column(
        "expected_pairs",
        "Mean number of such pairs when the event times are permuted.",
        "pairs",
        "Float64",
    ),
    Column(
        "margin_pairs",
        "Number of such pairs if distance and gap were independent over pairs.",
        "pairs",
        "float64",
    ),
    Column(
        "null_low",
        "Lower end of the central 95 % of the estimate where the null holds.",
        "of the term",
        "Float64",
    ),
    Column(
        "null_high",
        "Upper end of the central 95 % of the estimate where the null holds.",
        "of the term",
        "Float64",
    ),
    Column(
        "p_excess",
        "One-sided p-value: so many close pairs, or so strong a relation, by chance.",
        "probability",
        "Float64",
    ),
    Column(
        "p_excess_any",
        "The same for the largest excess over all bands at once.",
        "probability",
        "Float64",
    ),
    Column("n_points", "Events with a place and a date.", "events", "int64"),
    Column(
        "n_left_out",
        "Events without a usable place or date, or dated too coarsely.",
        "events",
        "int64",
    ),
    Column("n_pairs", "Pairs of events.", "pairs", "int64"),
    Column("n_permutations", "Permutations of the event times.", "", "int64"),
    Column(
        "same_place_share",
        "Share of events whose exact position another event has too.",
        "share",
        "float64",
    ),
    Column(
        "n_close_before",
        "Earlier events within the first finite distance and time band.",
        "events",
        "int64",
    ),
    Column(
        "n_close_after",
        "Later events within the first finite distance and time band.",
        "events",
        "int64",
    ),
    Column("x", "First plane coordinate.", "as given", "float64"),
    Column("y", "Second plane coordinate.", "as given", "float64"),
)
