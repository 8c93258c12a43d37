"""Invented claims in the layout of the bundled data set."""

import pandas as pd

COLUMNS = [
    "claim_id",
    "report_date",
    "publisher",
    "source_url",
    "claimant",
    "event_date_start",
    "event_date_end",
    "date_note",
    "place",
    "admin1",
    "lat",
    "lon",
    "measure",
    "unit",
    "population",
    "perpetrator_side",
    "victim_side",
    "quantity_text",
    "low",
    "best",
    "high",
    "modality",
    "scope",
    "part_of",
    "notes",
]

USUAL = {
    "report_date": "2021-05-02",
    "publisher": "Daily Invention",
    "source_url": "https://example.org/1",
    "claimant": "Ministry",
    "event_date_start": "2021-05-01",
    "event_date_end": "2021-05-01",
    "date_note": "",
    "place": "Redtown",
    "admin1": "Reds",
    "lat": "10.5",
    "lon": "20.25",
    "measure": "killed",
    "unit": "people",
    "population": "civilian",
    "perpetrator_side": "blue",
    "victim_side": "civilian",
    "quantity_text": "five",
    "low": "5",
    "best": "5",
    "high": "5",
    "modality": "exact",
    "scope": "incident",
    "part_of": "",
    "notes": "",
}


def claim(claim_id, **changes):
    """One claim, as usual but for the changes."""
    return {"claim_id": claim_id, **USUAL, **changes}


def table(*claims):
    """A claims table."""
    return pd.DataFrame(list(claims), columns=COLUMNS).astype("str")
