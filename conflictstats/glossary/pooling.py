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
    Column("draw", "Number of the plausible set of counts.", "", "int64"),
    Column("n_fits", "Fits that were pooled.", "fits", "int64"),
    Column("n_terms", "Terms that were pooled.", "", "int64"),
)
