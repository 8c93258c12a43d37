"""Columns of claims, their reconciliation and the flows of running totals."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("status", "used, superseded, overruled, out of scope or not used."),
    Column("reason", "Why the claim has this status, or binds only one way."),
    Column("is_binding", "Whether the claim binds any of the bounds.", "", "bool"),
    Column(
        "in_conflict",
        "Whether the claim gives way in some least contradiction.",
        "",
        "bool",
    ),
    Column(
        "slack",
        "By how much the claim gave way in one least contradiction.",
        "as `unit`",
        "Float64",
    ),
    Column("binding_low", "Claims that bind the lower end, from the duals."),
    Column("binding_high", "Claims that bind the upper end; empty where open."),
    Column("conflict_set", "Number of the minimal conflicting set.", "", "int64"),
    Column("policy", "How rival claims were treated."),
    Column("n_claims", "Claims of the measures asked about.", "claims", "int64"),
    Column("n_used", "Claims that were used.", "claims", "int64"),
    Column("n_superseded", "Claims a later toll replaced.", "claims", "int64"),
    Column("n_overruled", "Claims the policy set aside.", "claims", "int64"),
    Column("n_in_conflict", "Claims that give way in some optimum.", "claims", "int64"),
    Column("n_conflicts", "Minimal conflicting sets found.", "sets", "int64"),
    Column(
        "total_slack", "Sum by which the claims gave way.", "as the counts", "float64"
    ),
    Column(
        "printed_difference",
        "Difference of the printed totals; negative where they fall.",
        "as the totals",
        "Int64",
    ),
    Column("printed", "The figure as printed.", "as the totals", "float64"),
    Column(
        "flag",
        "fall, rounded, echo, rebased, quarrel: what a reader of the flow must know.",
    ),
    Column(
        "rounded_to",
        "Unit the figure is taken to be rounded to; missing where exact.",
        "as the totals",
        "Float64",
    ),
    Column("echo_of", "The finer figure a rounded one may stem from."),
    Column("rebased", "Whether the figure counts from another start.", "", "bool"),
)
