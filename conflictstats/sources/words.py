"""The words of every provider, and what each is in the tidy tables: one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.sources import (
    _acled_words,
    _claim_words,
    _ged_plain,
    airwars,
    gtd,
    hapi,
    idmc,
    iom_dtm,
    loss_claims,
    ocha_displacement,
    palestine_daily,
    sigacts,
    strike_log,
    tbij,
    ucdp_ged,
    ucdp_yearly,
    unhcr,
)

# Reader, the provider's column and word, our column and word.
Row = tuple[str, str, str, str, str]

_COLUMNS = ("reader", "source_column", "source_word", "our_column", "our_word")


def vocabulary_table(reader: str | None = None) -> pd.DataFrame:
    """List the words of the providers with what they are in the tidy tables.

    Parameters
    ----------
    reader : str, optional
        One reader's only, as in "read_acled".

    Returns
    -------
    DataFrame
        A row a word: reader, source_column (where the provider writes it),
        source_word, our_column ("measure", "group", "kind", "qualifier",
        "event_class", "actor_class" and others), our_word.

    Raises
    ------
    ArgumentError
        If there is no such reader.

    Notes
    -----
    Made from the maps the readers themselves use. The provider's word stays beside
    ours: in `source_class`, `sub_event_type`, `grading`, `population` or `raw_text`.
    A word that is not here becomes "other" or "unknown" and is recorded in the
    quarantine (`value.unknown_word`). Where a provider's columns are what is counted,
    the column itself is the word.

    Examples
    --------
    >>> table = vocabulary_table("read_ucdp_ged")
    >>> table.loc[table["our_column"] == "event_class", ["source_word", "our_word"]]
      source_word            our_word
    0           1              battle
    1           2    non_state_battle
    2           3  one_sided_violence
    """
    rows = [row for part in (_events(), _counts(), _quality()) for row in part]
    table = pd.DataFrame(rows, columns=list(_COLUMNS), dtype="str")
    table = table.drop_duplicates().sort_values("reader", kind="stable")
    if reader is not None:
        check_one_of(reader, "reader", sorted(table["reader"].unique()))
        table = table[table["reader"] == reader]
    return table.reset_index(drop=True)


def _said(
    reader: str, column: str, words: Mapping[str, str], ours: str
) -> Iterator[Row]:
    """Return a row a word of one map; words that no file holds are passed over."""
    for word, our_word in words.items():
        if word and word == word.strip():
            yield f"read_{reader}", column, word, ours, our_word


def _counted(
    reader: str, columns: Mapping[str, Iterable[str]], names: Iterable[str]
) -> Iterator[Row]:
    """Return rows for columns that are what is counted: measure, group, kind."""
    for column, words in columns.items():
        for ours, word in zip(names, words, strict=False):
            yield f"read_{reader}", column, column, ours, word


def _events() -> Iterator[Row]:
    yield from _said("ucdp_ged", "type_of_violence", _ged_plain.VIOLENCE, "event_class")
    yield from _said("acled", "event_type", _acled_words.EVENT_CLASS, "event_class")
    yield from _said("acled", "sub_event_type", _acled_words.SUB_TYPES, "event_class")
    for column in ("inter1", "inter2"):
        yield from _said("acled", column, _acled_words.ACTOR_CLASS, "actor_class")
    yield from _said("acled", "disorder_type", _acled_words.DISORDER, "disorder_type")
    yield from _said("airwars", "strike_type", airwars.STRIKES, "event_class")
    yield from _said("gtd", "attacktype1_txt", gtd.ATTACKS, "event_class")
    yield from _said("sigacts", "type", sigacts.CLASSES, "event_class")
    for name in ("ucdp_brd", "ucdp_acd"):
        yield from _said(name, "type_of_conflict", ucdp_yearly.TYPES, "source_class")
        yield from _said(name, "incompatibility", ucdp_yearly.OVER, "incompatibility")
    levels = ucdp_yearly.INTENSITY
    yield from _said("ucdp_acd", "intensity_level", levels, "intensity_level")
    yield from _said("hapi_events", "event_type", hapi.TYPES, "population")


def _counts() -> Iterator[Row]:
    three = ("measure", "group", "kind")
    parts = {
        column: ("killed", group, "incident")
        for group, column in _ged_plain.GROUPS.items()
    }
    whole = dict.fromkeys(("best", "low", "high"), ("killed", "all", "incident"))
    yield from _counted("ucdp_ged", {**whole, **parts}, three)
    yield from _counted("acled", {"fatalities": ("killed", "all", "incident")}, three)
    deaths = dict.fromkeys(("bd_low", "bd_best", "bd_high"), ("killed", "all", "flow"))
    yield from _counted("ucdp_brd", deaths, three)
    months = {
        "events": ("events", "all", "flow"),
        "fatalities": ("killed", "all", "flow"),
    }
    yield from _counted("hapi_events", months, three)
    harm = {
        f"{theirs}_{measure}_{end}": (measure, group, "incident")
        for theirs, group in airwars.GROUPS.items()
        for measure in ("killed", "injured")
        for end in ("min", "max")
    }
    harm |= {name: (name, "civilians", "incident") for name in ("killed", "injured")}
    harm["total_strikes"] = ("strikes", "all", "incident")
    yield from _counted("airwars", harm, three)
    ends = {
        f"{end} {word}": (*of, "incident")
        for of, words in tbij.HARM.items()
        for word in words
        for end in ("minimum", "maximum")
    }
    yield from _counted("tbij", ends, three)
    log = {name: (*of[:2], "incident") for name, of in strike_log.HARM.items()}
    raids = dict.fromkeys(
        ("min no air raids", "max no air raids"), ("strikes", "all", "incident")
    )
    yield from _counted("strike_log", {**raids, **log}, three)
    yield from _counted("palestine_daily", palestine_daily.SERIES, three)
    equipment = dict.fromkeys(
        loss_claims.EQUIPMENT, ("equipment_destroyed", "other", "cumulative")
    )
    people = {
        "personnel": ("casualties", "personnel", "cumulative"),
        "POW": ("detained", "personnel", "cumulative"),
    }
    yield from _counted("loss_claims", {**people, **equipment}, three)
    populations = {name: of[:3] for name, of in unhcr.MEASURES.items()}
    yield from _counted("unhcr", populations, three)
    yield from _counted("iom_dtm", iom_dtm.MEASURES, three)
    yield from _counted("idmc", idmc.MEASURES, three)
    yield from _said("ocha_displacement", "type", ocha_displacement.TYPES, "measure")
    killed = {name: (*of[:2], "incident") for name, of in gtd.HARM.items()}
    yield from _counted("gtd", killed, three)
    yield from _counted("views", {"outcome": ("killed", "all", "flow")}, three)
    yield from _said("claims", "measure", _claim_words.MEASURE_WORDS, "measure")
    yield from _said("claims", "scope", _claim_words.KIND_WORDS, "kind")
    yield from _said("claims", "population", _claim_words.GROUP_WORDS, "group")


def _quality() -> Iterator[Row]:
    days, places = ucdp_ged.DATE_PRECISION, ucdp_ged.PLACE_PRECISION
    yield from _said("ucdp_ged", "date_prec", days, "date_precision")
    yield from _said("ucdp_ged", "where_prec", places, "place_precision")
    yield from _said("ucdp_ged", "event_clarity", ucdp_ged.CLARITY, "clarity")
    yield from _said(
        "acled", "time_precision", _acled_words.TIME_PRECISION, "date_precision"
    )
    yield from _said(
        "acled", "geo_precision", _acled_words.PLACE_PRECISION, "place_precision"
    )
    yield from _said("gtd", "specificity", gtd.PLACES, "place_precision")
    yield from _said("iom_dtm", "adminLevel", iom_dtm.LEVELS, "place_precision")
    yield from _said("airwars", "grading", airwars.GRADINGS, "assessment")
    yield from _said("idmc", "qualifier", idmc.QUALIFIERS, "qualifier")
    yield from _said("claims", "modality", _claim_words.QUALIFIER_WORDS, "qualifier")
    names = palestine_daily.CLAIMANTS
    yield from _said("palestine_daily", "report_source", names, "claimant")
