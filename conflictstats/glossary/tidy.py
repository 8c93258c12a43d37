"""Columns of the tables of a Dataset."""

from conflictstats.glossary._column import Column

_TIME = "datetime64[us]"

COLUMNS = (
    # events
    Column("event_id", "The event: data set and the provider's own id."),
    Column("dataset", "Short name of the data set the row comes from."),
    Column("dataset_version", "Version of the data set, as the provider names it."),
    Column("date_start", "Earliest possible day of the event.", "day", _TIME),
    Column("date_end", "Latest possible day of the event.", "day", _TIME),
    Column("date_precision", "How exactly the date is known: day to year, or unknown."),
    Column("latitude", "Latitude, WGS84.", "degrees north", "float64"),
    Column("longitude", "Longitude, WGS84.", "degrees east", "float64"),
    Column("place", "Name of the place, as the provider writes it."),
    Column("place_precision", "How exactly the place is known, from point to country."),
    Column("country", "Country of the place, as the provider writes it."),
    Column("country_iso3", "Country of the place, ISO 3166-1 alpha-3."),
    Column("country_gw", "Country of the place, Gleditsch-Ward number.", "", "Int64"),
    Column("admin1", "First-level administrative area, as the provider writes it."),
    Column("admin2", "Second-level administrative area, as the provider writes it."),
    Column("priogrid_gid", "PRIO-GRID cell of the coordinates.", "", "Int64"),
    Column("event_class", "Our class of event, one vocabulary for every provider."),
    Column("source_class", "The provider's class of event, verbatim."),
    Column("conflict", "Name of the conflict, as the provider writes it."),
    Column("dyad", "Name of the pair of sides, as the provider writes it."),
    Column("civilian_targeting", "Whether civilians were the target.", "", "boolean"),
    Column("clarity", "Whether the report names one event or sums up several."),
    Column("grading", "The recorder's confidence in the incident, verbatim."),
    Column("last_modified", "When the provider last changed the row.", "day", _TIME),
    # actors
    Column("role", "Role in the event: side_a, side_b, perpetrator, target, ally."),
    Column("name", "Name of the actor, the source or the thing defined."),
    Column("actor_class", "Kind of actor, in one vocabulary."),
    Column(
        "is_generic",
        "True for names such as 'Unidentified armed group': not one organisation.",
        "",
        "boolean",
    ),
    # counts
    Column("count_id", "The count: unique within a data set."),
    Column(
        "period_start",
        "First day of the window the count or row is about.",
        "day",
        _TIME,
    ),
    Column("period_end", "Last day of the window, included.", "day", _TIME),
    Column(
        "measure", "What is counted: killed, injured, displaced, strikes and so on."
    ),
    Column("group", "Whom or what the count is about; groups may nest."),
    Column("kind", "incident, flow, stock or cumulative: what may be added to what."),
    Column(
        "low", "Lowest plausible count; missing where it is open.", "as `unit`", "count"
    ),
    Column("best", "Count as reported; missing where unknown.", "as `unit`", "count"),
    Column(
        "high",
        "Highest plausible count; missing where it is open.",
        "as `unit`",
        "count",
    ),
    Column(
        "qualifier", "How exactly the words fix the number: exact, at_least, vague."
    ),
    Column("unit", "Unit of the count: people, airstrikes, tanks."),
    Column("raw_text", "The words or figure the count was read from, verbatim."),
    Column("rule_id", "Name of the rule that read, repaired or rejected it."),
    Column("claimant", "Who asserts the number."),
    Column("publisher", "Who printed it."),
    Column("as_of", "Day the number was printed, or speaks of.", "day", _TIME),
    Column("part_of", "count_id of the count that contains this one."),
    Column("superseded_by", "count_id of the later count that replaces this one."),
    Column("perpetrator", "Side the harm is attributed to by the claimant."),
    Column("victim_side", "Side the people counted belong to."),
    Column("population", "The group in the source's own words."),
    Column("scope", "incident, daily_total, window_total, cumulative_since or stock."),
    Column("notes", "Remarks of whoever coded the row."),
    # sources
    Column("version", "Version of the source."),
    Column("url", "Where it was published."),
    Column("retrieved_at", "Day it was fetched or read.", "day"),
    Column("sha256", "Checksum of the file read."),
    Column("licence", "Terms of use, in the provider's words or an SPDX identifier."),
    Column("may_redistribute", "Whether rows may be handed on.", "", "bool"),
    Column("citation", "How to cite the source, as text."),
    Column("bibtex", "How to cite the source, as BibTeX."),
    Column("definition", "What the source counts, or 'not stated'."),
    Column(
        "inclusion", "What gets into the source and what does not, or 'not stated'."
    ),
    Column("coverage", "Where and when the source looks, in words."),
    Column("rows_read", "Data rows in the file.", "rows", "Int64"),
    Column("rows_kept", "Data rows that became part of the data set.", "rows", "Int64"),
    Column("rows_quarantined", "Data rows set aside with a reason.", "rows", "Int64"),
    Column(
        "filters", "What of the source was asked for; empty if nothing was left out."
    ),
    # quarantine
    Column("table", "Table or file the row was meant for."),
    Column("row", "Line of the input, the header being line 1.", "line", "Int64"),
    Column("severity", "error for a row set aside, warning for a repair, note."),
    Column("message", "What was wrong, in a sentence."),
    Column("column", "Column the rule looked at."),
    Column("before", "Value as it came, verbatim."),
    Column("after", "Value after the repair."),
    Column("raw", "The row as it came, as JSON."),
    Column("suggested_repair", "What a person could do about it."),
    Column("action", "quarantined, repaired, or noted: nothing changed."),
    # coverage
    Column(
        "basis", "stated by the provider, inferred from the file, or given by the user."
    ),
    Column("level", "Level of the covered place: world, country, or a column name."),
    Column(
        "lag_days",
        "Days after which the source's counts are mostly complete.",
        "days",
        "Int64",
    ),
)
