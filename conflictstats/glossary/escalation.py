"""Columns of the tables of self-exciting processes."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("stream", "Stream of events the row is about; 'all' for every one."),
    Column("set_off_by", "Stream whose events set off those of `stream`."),
    Column(
        "dating_share",
        "Share of the variance that comes from not knowing the dates exactly.",
        "share",
        "float64",
    ),
    Column("event_time", "When the event happened, as given.", "", "any"),
    Column(
        "interval_length",
        "Length of the interval in which the event happened; 0 is exact.",
        "units of time",
        "float64",
    ),
    Column(
        "background_probability",
        "Probability that the event belongs to the background.",
        "probability",
        "float64",
    ),
    Column(
        "triggered_probability",
        "Probability that an earlier event set it off.",
        "probability",
        "float64",
    ),
    Column(
        "likeliest_trigger",
        "Stream most likely to have set the event off, if one did.",
    ),
    Column("intensity", "Fitted rate at the event.", "events per time", "float64"),
    Column("n_streams", "Streams of events.", "streams", "int64"),
    Column("duration", "Length of the watched window.", "units of time", "float64"),
    Column("time_unit", "Unit of time: day, or unit for plain numbers."),
    Column("kernel", "How the effect of an event fades."),
    Column("baseline", "Shape of the background rate."),
    Column(
        "branching_ratio",
        "Events set off directly by an average event, over all streams.",
        "events per event",
        "float64",
    ),
    Column(
        "later_ratio",
        "Events set off in later periods by an average event, over all streams.",
        "events per event",
        "float64",
    ),
    Column("background_rate", "Fitted rate without excitation.", "events", "float64"),
    Column(
        "triggered_share",
        "Share of the events that earlier ones set off.",
        "share",
        "float64",
    ),
    Column("is_reported", "Whether the result speaks of this model.", "", "bool"),
    Column("n_draws", "Draws of the imprecise dates.", "draws", "int64"),
    Column(
        "tied_share", "Share of events whose date others share.", "share", "float64"
    ),
    Column(
        "rescaled_gap",
        "1 - exp(-L), L the events expected between an event and the one before it; "
        "uniform if the model is true.",
        "probability",
        "float64",
    ),
    Column("horizon_start", "Start of the forecast period.", "", "any"),
    Column("horizon_end", "End of the forecast period.", "", "any"),
    Column("forecast", "Mean forecast count.", "events", "float64"),
    Column("forecast_median", "Median of the forecast counts.", "events", "float64"),
    Column("forecast_low", "Lower end of the forecast interval.", "events", "float64"),
    Column("forecast_high", "Upper end of the forecast interval.", "events", "float64"),
)
