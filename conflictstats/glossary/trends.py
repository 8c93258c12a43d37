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
    Column("segment", "Number of the segment, 1 is the first.", "", "Int64"),
    Column("n_breaks", "Number of breaks.", "breaks", "int64"),
    Column("changes", "First periods after each break, joined by commas."),
    Column("mbic", "Modified BIC of Zhang and Siegmund (2007).", "", "float64"),
    Column(
        "size",
        "Negative-binomial size; missing where the counts are no more dispersed "
        "than Poisson.",
        "",
        "float64",
    ),
    Column("penalty", "Cost of a break, on the scale of -2 log-likelihood.", "", "any"),
    Column("probability", "Posterior probability.", "probability", "float64"),
    Column(
        "break_probability",
        "Posterior probability that a break lies just before this period.",
        "probability",
        "float64",
    ),
    Column(
        "rate_mean",
        "Posterior mean of the rate, over all segmentations.",
        "count per unit of exposure",
        "float64",
    ),
    Column(
        "rate_low",
        "Lower end of the posterior interval of the rate.",
        "count per unit of exposure",
        "float64",
    ),
    Column(
        "rate_high",
        "Upper end of the posterior interval of the rate.",
        "count per unit of exposure",
        "float64",
    ),
    Column(
        "counterfactual",
        "Expected count had the changes at the dates not come.",
        "as the count",
        "float64",
    ),
    Column(
        "counterfactual_low",
        "Lower end of the interval of the counterfactual.",
        "as the count",
        "float64",
    ),
    Column(
        "counterfactual_high",
        "Upper end of the interval of the counterfactual.",
        "as the count",
        "float64",
    ),
    Column(
        "added",
        "Fitted minus counterfactual, summed from the first date on.",
        "as the count",
        "float64",
    ),
    Column(
        "added_low", "Lower end of the interval of added.", "as the count", "float64"
    ),
    Column(
        "added_high", "Upper end of the interval of added.", "as the count", "float64"
    ),
    Column(
        "is_transition",
        "Whether the period was left out as part of a transition.",
        "",
        "bool",
    ),
    Column("placebo_at", "First period after a placebo date.", "", "any"),
    Column("is_real", "Whether the date is the real one.", "", "bool"),
    Column("delay", "Age of the period: periods since it, now.", "periods", "int64"),
    Column(
        "reported_share",
        "Estimated share of the final count that is reported by this age; over 1 where "
        "counts are revised downwards.",
        "",
        "float64",
    ),
    Column(
        "is_complete", "Whether the period is older than the longest delay.", "", "bool"
    ),
    Column(
        "nowcast_origin", "The date a retrospective nowcast was made for.", "", "any"
    ),
    Column(
        "last_known",
        "Count as reported then; where none was out yet, the newest before it.",
        "as the count",
        "float64",
    ),
    Column(
        "crps",
        "Continuous ranked probability score: the distance between a predictive "
        "distribution and what came; of a point it is the absolute error.",
        "as the count",
        "float64",
    ),
    Column("final", "Count that was known later.", "as the count", "float64"),
    Column("is_covered", "Whether the interval holds the final count.", "", "bool"),
    Column("method", "How the reporting triangle was completed."),
    Column("max_delay", "Longest delay that is modelled.", "periods", "int64"),
    Column(
        "revised_down",
        "Cells of the reporting triangle that lower an earlier count.",
        "cells",
        "int64",
    ),
    Column(
        "smoothed_level",
        "Smoothed level without the season.",
        "as the count",
        "float64",
    ),
    Column("transform", "Scale the counts were modelled on."),
    Column("n_forecast", "Periods forecast beyond the data.", "periods", "int64"),
    Column("variation", "What was changed before the model was fitted again."),
    Column(
        "is_within",
        "Whether the estimate lies within the interval of the fit as it was.",
        "",
        "bool",
    ),
    Column("n_variations", "Variations that could be fitted.", "variations", "int64"),
    Column("candidate", "Name of a fit in a comparison."),
    Column("delta_aic", "AIC above the least.", "", "float64"),
    Column("delta_bic", "BIC above the least.", "", "float64"),
    Column(
        "mean_absolute_error",
        "Mean absolute difference of held-out counts and their prediction.",
        "as the count",
        "float64",
    ),
    Column("mean_crps", "Mean CRPS of held-out counts.", "as the count", "float64"),
    Column(
        "mean_ignorance", "Mean binned log score of held-out counts.", "bits", "float64"
    ),
    Column(
        "mean_interval_score",
        "Mean interval score (90 %) of held-out counts.",
        "as the count",
        "float64",
    ),
    Column(
        "share_covered",
        "Share of held-out counts within the 90 % interval.",
        "",
        "float64",
    ),
    Column("ignorance", "Log score in eleven bins of counts.", "bits", "float64"),
    Column(
        "interval_score",
        "Width of the interval, and what was missed, weighed.",
        "as the count",
        "float64",
    ),
    Column(
        "absolute_error",
        "Distance of the predicted median from what came.",
        "as the count",
        "float64",
    ),
    Column(
        "mean_deviance",
        "Mean Poisson deviance of held-out counts from their prediction.",
        "",
        "float64",
    ),
    Column("n_scored", "Held-out periods that were scored.", "periods", "int64"),
)
