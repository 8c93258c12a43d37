"""Columns of claims tables and of the tables that come with them."""

from conflictstats.glossary._column import Column

COLUMNS = (
    Column("source_measure", "What is counted, in the word of whoever coded the row."),
    Column("modality", "How exactly the words fix the number, as coded."),
    Column("report_date", "Day, month or year the page was printed, as written."),
    Column("event_date_start", "First day of the window, as written."),
    Column("event_date_end", "Last day of the window, included, as written."),
    Column("perpetrator_side", "Side the harm is attributed to by the claimant."),
    Column("quantity_text", "The words or figure as printed."),
    Column("date_note", "How the dates were fixed, where that needed a decision."),
    Column("lat", "Latitude of the claim's place, WGS84.", "degrees north", "float64"),
    Column("lon", "Longitude of the claim's place, WGS84.", "degrees east", "float64"),
    Column("event_title", "What the event is, in a few words."),
    Column("claim_id", "The claim: count_id of its row in `counts`."),
    Column("relation", "How a claim stands to the event and the claims before it."),
    Column("series_id", "The series."),
    Column("title", "Who counts what, since when."),
    Column("printed_anchor", "The number as printed, as text."),
    Column("use_in_clean_series", "y where the point fits a clean series, else n."),
)
