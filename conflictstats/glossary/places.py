"""Columns of the tables of countries and places."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("country_iso2", "ISO 3166-1 alpha-2; of former states ISO 3166-3."),
    Column("country_m49", "UN M49 number, which is ISO's numeric code.", "", "Int64"),
    Column("country_cow", "Correlates of War number of the state.", "", "Int64"),
    Column("country_ucdp", "UCDP's number of the country.", "", "Int64"),
    Column("country_unhcr", "UNHCR's own code of the country, unlike ISO's."),
    Column(
        "country_status",
        "state (member of the system of states after Gleditsch-Ward or Correlates of "
        "War), former state, or other.",
    ),
    Column(
        "country_match",
        "How the country of an event was told: given by the source, by its name or by "
        "its number in the source; missing where it was not.",
    ),
    Column("aliases", "Other names it goes by, separated by semicolons."),
    Column("list_source", "The lists that the numbers and dates are from."),
    Column("given", "The name or code as it was given."),
    Column(
        "match_status",
        "matched, unknown, ambiguous, not then (not on that day) or no place.",
    ),
    Column("near_matches", "Names like the one that was not found; none is chosen."),
    Column("place_name", "The name of the place that other spellings are matched to."),
    Column("place_code", "OCHA's code of the place (p-code), text."),
    Column("language", "Language of a name, ISO 639-1, or the list that writes it so."),
)
