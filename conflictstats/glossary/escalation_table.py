"""Columns of the escalation table: a row a conflict."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("n_recorded", "Events of the conflict in the window.", "events", "int64"),
    Column("n_now", "Events in the last stretch of the window.", "events", "int64"),
    Column(
        "n_year_ago", "Events in the same stretch a year before.", "events", "Int64"
    ),
    Column("rate_ratio", "Rate now over the rate a year ago.", "ratio", "Float64"),
    Column("rate_ratio_low", "Lower end of its interval.", "ratio", "Float64"),
    Column("rate_ratio_high", "Upper end of its interval.", "ratio", "Float64"),
    Column("rate_verdict", "rising, falling, or cannot tell."),
    Column("last_break", "First day after the last break of the rate.", "day", "any"),
    Column("last_break_low", "Earliest day of its interval.", "day", "any"),
    Column("last_break_high", "Latest day of its interval.", "day", "any"),
    Column("break_verdict", "rose, fell, none, or cannot tell."),
    Column("n_regimes_found", "Regimes of the chosen model.", "regimes", "Int64"),
    Column("regime_now", "Regime of the last period, 1 the calmest.", "", "Int64"),
    Column("regime_now_probability", "How sure.", "probability", "Float64"),
    Column(
        "regime_verdict",
        "calmest, in between, most violent, one regime, or cannot tell.",
    ),
    Column(
        "branching_now", "Events set off directly by one event.", "events", "Float64"
    ),
    Column("branching_low", "Lower end of its interval.", "events", "Float64"),
    Column("branching_high", "Upper end of its interval.", "events", "Float64"),
    Column("branching_verdict", "sets itself off, no sign of it, or cannot tell."),
    Column("side_one", "The first of the two sides."),
    Column("side_two", "The second of the two sides."),
    Column("one_after_two", "reacts, no sign of it, or cannot tell."),
    Column("two_after_one", "reacts, no sign of it, or cannot tell."),
    Column("why", "Why the table cannot tell, where it cannot."),
)
