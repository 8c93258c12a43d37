"""Columns of the tables that fit results give."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("term", "Name of the estimated quantity."),
    Column("estimate", "Point estimate of the term.", "of the term", "float64"),
    Column("std_error", "Standard error of the estimate.", "of the term", "float64"),
    Column("statistic", "Test statistic.", "", "float64"),
    Column(
        "p_value", "Two-sided p-value of the test named in the table.", "", "float64"
    ),
    Column(
        "conf_low", "Lower end of the confidence interval.", "of the term", "float64"
    ),
    Column(
        "conf_high", "Upper end of the confidence interval.", "of the term", "float64"
    ),
    Column("conf_level", "Nominal coverage of the interval.", "probability", "float64"),
    Column("scale", "Scale the estimate is on.", "", "str"),
    Column("model", "Name of the model.", "", "str"),
    Column("n_obs", "Periods the model was fitted to.", "periods", "int64"),
    Column(
        "n_skipped",
        "Periods left out because their count is unknown.",
        "periods",
        "int64",
    ),
    Column("log_likelihood", "Maximised log-likelihood.", "nats", "float64"),
    Column("aic", "Akaike information criterion.", "", "float64"),
    Column("bic", "Bayesian information criterion.", "", "float64"),
    Column("df_model", "Number of estimated parameters.", "", "int64"),
    Column(
        "dispersion",
        "Estimated dispersion: Pearson's X2/df, or the NB2 alpha.",
        "",
        "float64",
    ),
    Column("df", "Degrees of freedom of the t interval.", "", "float64"),
    Column("lag", "Lag of the Bartlett kernel.", "periods", "int64"),
    Column("family", "Distribution the model assumes."),
    Column("covariance", "Kind of standard errors."),
    Column("n_units", "Units of the panel.", "units", "int64"),
    Column("n_units_failed", "Units that could not be estimated.", "units", "int64"),
    Column("time", "The user's own time index.", "as given", "any"),
    Column("converged", "Whether the estimation reached its optimum.", "", "bool"),
    Column("fitted", "Fitted mean.", "as the count", "float64"),
    Column(
        "fitted_low",
        "Lower end of the interval of the fitted mean.",
        "as the count",
        "float64",
    ),
    Column(
        "fitted_high",
        "Upper end of the interval of the fitted mean.",
        "as the count",
        "float64",
    ),
    Column("residual", "Pearson residual.", "standard deviations", "float64"),
    Column("observed", "Count the model was fitted to.", "as the count", "float64"),
    Column("exposure", "Exposure of the period.", "as given", "float64"),
    Column("check", "Name of the check.", "", "str"),
    Column("verdict", "Holds, does not hold, or cannot tell.", "", "str"),
    Column("sentence", "What was found, in a sentence.", "", "str"),
)
