"""Columns of pooled fits."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column(
        "df_pooled",
        "Degrees of freedom of the pooled estimate (Barnard and Rubin).",
        "",
        "Float64",
    ),
    Column(
        "fraction_missing",
        "Share of the information lost to not knowing the counts.",
        "",
        "Float64",
    ),
    Column(
        "variance_within",
        "Mean sampling variance of the fits.",
        "of the term, squared",
        "Float64",
    ),
    Column(
        "variance_between",
        "Variance of the estimates between the fits.",
        "of the term, squared",
        "Float64",
    ),
    Column("estimate_low", "Least estimate of the fits.", "of the term", "Float64"),
    Column("estimate_high", "Largest estimate of the fits.", "of the term", "Float64"),
    Column("p_median", "Median of the fits' p-values.", "probability", "Float64"),
    Column("p_low", "Least p-value of the fits.", "probability", "Float64"),
    Column("p_high", "Largest p-value of the fits.", "probability", "Float64"),
    Column("is_forecast", "Whether the period lies beyond the data.", "", "bool"),
    Column("draw", "Number of the plausible set of counts.", "", "int64"),
    Column("n_fits", "Fits that were pooled.", "fits", "int64"),
    Column("n_terms", "Terms that were pooled.", "", "int64"),
)
