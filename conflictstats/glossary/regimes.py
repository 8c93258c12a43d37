"""Columns of the regime tables."""

from conflictstats.glossary._column import Column

MOST_REGIMES = 8

COLUMNS = (
    Column("regime", "Number of the regime, 1 has the lowest rate.", "", "Int64"),
    Column("to_regime", "Regime that is moved to.", "", "Int64"),
    Column("regime_family", "Law of the counts in the regime."),
    Column("n_regimes", "Number of regimes of the model.", "regimes", "int64"),
    Column("icl", "Integrated completed likelihood criterion.", "", "float64"),
    Column("n_starts", "Starts the maximisation was tried from.", "starts", "int64"),
    Column("n_at_optimum", "Starts that ended at the best maximum.", "starts", "int64"),
    Column(
        "n_rejected",
        "Starts left out because a regime held fewer than two periods.",
        "starts",
        "int64",
    ),
    Column("is_chosen", "Whether the criterion chose this model.", "", "bool"),
    Column(
        "regime_probability",
        "Probability of the period's regime given the whole series.",
        "probability",
        "float64",
    ),
    *(
        Column(
            f"regime_probability_{number}",
            f"Probability of regime {number} given the whole series.",
            "probability",
            "float64",
        )
        for number in range(1, MOST_REGIMES + 1)
    ),
    Column(
        "pit_low",
        "Probability the model gave, from the past alone, to fewer than observed.",
        "probability",
        "float64",
    ),
    Column(
        "pit_high",
        "Probability the model gave, from the past alone, to at most the observed.",
        "probability",
        "float64",
    ),
    Column(
        "pseudo_residual",
        "Normal quantile of the middle of pit_low and pit_high.",
        "standard deviations",
        "float64",
    ),
)
