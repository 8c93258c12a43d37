"""A simulated conflict between two sides, with the truth kept beside the reports."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_rng, check_type
from conflictstats.sources._branching import Clusters, simulate_clusters
from conflictstats.sources._reporting import Reports, code_events, report
from conflictstats.sources._simulated_settings import (
    SimulatedConflict,
    SimulatedReporting,
)
from conflictstats.tidy.coverage import STATED, Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import day
from conflictstats.tidy.places import priogrid_gid
from conflictstats.tidy.provenance import Source

NAME = "simulated_conflict"

# No country: a square of two degrees at sea, where the equator meets Greenwich.
COUNTRY = "Simulated country"
_WIDTH = 2.0

# Of deaths that are not civilians', the share of the side that was attacked.
_TARGET_SHARE = 0.75

# Most days a date may be off, to either side of the true day.
_BLUR = 3


def simulate_events(
    *,
    rng: np.random.Generator,
    start: object = "2020-01-01",
    days: int = 365,
    conflict: SimulatedConflict | None = None,
    reporting: SimulatedReporting | None = None,
) -> Dataset:
    """Simulate a conflict between two sides, and what gets reported of it.

    Events of either side call forth more of its own and answers of the other. Several
    reporters each notice some of them, late, count most of the dead and print words
    that leave room; a desk codes one count an event from all reports. The truth stays
    beside: every estimate can be compared with it.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance; the same state gives the same data set.
    start : day
        First day.
    days : int
        Number of days.
    conflict : SimulatedConflict, optional
        What really happens.
    reporting : SimulatedReporting, optional
        What is seen of it.

    Returns
    -------
    Dataset
        `events` and `counts` hold what was reported: one count of the killed an
        event. `extras` holds "claims" and "claim_links", every single report in the
        layout of `read_claims`; "truth", every event that happened, reported or not;
        and "parameters". Silence means that nothing was noticed.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument is not allowed.

    Notes
    -----
    Side a has the intensity mu_a + sum over earlier events j of
    N[a, side_j] decay exp(-decay (t - t_j)), simulated by its clusters (Hawkes and
    Oakes 1974). Deaths are negative binomial. The process starts empty.

    Examples
    --------
    >>> ds = simulate_events(rng=np.random.default_rng(7), days=90)
    >>> truth = ds.extras["truth"]
    >>> len(ds.events) == truth["was_noticed"].sum() <= len(truth)
    np.True_
    >>> rebuilt = simulate_events(rng=np.random.default_rng(7), days=90)
    >>> rebuilt.counts.equals(ds.counts)
    True
    """
    stream = check_rng(rng)
    first = day(start, "start")
    check_number(days, "days", low=1, high=100_000, integer=True)
    conflict = SimulatedConflict() if conflict is None else conflict
    reporting = SimulatedReporting() if reporting is None else reporting
    check_type(conflict, "conflict", SimulatedConflict, "a SimulatedConflict")
    check_type(reporting, "reporting", SimulatedReporting, "a SimulatedReporting")
    happened = simulate_clusters(
        stream,
        int(days),
        np.asarray(conflict.baseline, dtype="float64"),
        np.asarray(conflict.branching, dtype="float64"),
        conflict.decay,
        _WIDTH,
    )
    truth = _truth(stream, happened, conflict)
    reports = report(
        stream,
        truth["killed"].to_numpy(),
        reporters=reporting.reporters,
        detection=reporting.detection,
        completeness=reporting.completeness,
        lag_days=reporting.lag_days,
        vague=reporting.vague,
    )
    last = first + pd.Timedelta(days=int(days) - 1)
    window = _windows(stream, happened.times, first, last, reporting.imprecise)
    truth["was_noticed"] = np.isin(np.arange(len(truth)), reports.event)
    seen = np.flatnonzero(truth["was_noticed"])
    events = _events(truth.iloc[seen], window.iloc[seen], reports)
    claims = _claims(truth, window, reports, first)
    return Dataset(
        name=NAME,
        events=events,
        actors=_actors(truth.iloc[seen]),
        counts=_counts(events, code_events(reports)),
        source_records=(_source(conflict, reporting, len(events)),),
        coverage=Coverage.of(first, last, basis=STATED),
        extras={
            "claims": claims,
            "claim_links": _links(claims, truth, reports),
            "truth": truth,
            "parameters": _parameters(conflict, reporting),
        },
    )


def _truth(
    rng: np.random.Generator, happened: Clusters, conflict: SimulatedConflict
) -> pd.DataFrame:
    """Return every event that happened, a row each, in order of time."""
    n = len(happened.times)
    p = conflict.dispersion / (conflict.dispersion + conflict.deaths)
    killed = rng.negative_binomial(conflict.dispersion, p, n)
    civilians = rng.binomial(killed, conflict.civilian_share)
    of_target = rng.binomial(killed - civilians, _TARGET_SHARE)
    ids = np.array([f"{NAME}:{k}" for k in range(1, n + 1)] + [None], dtype="O")
    names = np.array(conflict.sides, dtype="O")
    return pd.DataFrame(
        {
            "event_id": pd.Series(ids[:n], dtype="str"),
            "day_of_window": happened.times,
            "acting_side": pd.Series(names[happened.sides], dtype="str"),
            "attacked_side": pd.Series(names[1 - happened.sides], dtype="str"),
            # Position -1, no parent, picks the None at the end.
            "parent_id": pd.Series(ids[happened.parents], dtype="str"),
            "generation": happened.generations,
            "latitude": happened.places[:, 0].round(4),
            "longitude": happened.places[:, 1].round(4),
            "killed": killed,
            "killed_civilians": civilians,
            "killed_attacked": of_target,
            "killed_acting": killed - civilians - of_target,
        }
    )


def _windows(
    rng: np.random.Generator,
    times: np.ndarray,
    first: pd.Timestamp,
    last: pd.Timestamp,
    imprecise: float,
) -> pd.DataFrame:
    """Return the days each event is dated to; the true day lies among them."""
    n = len(times)
    blurred = rng.random(n) < imprecise
    # At least a day too early, so that a blurred date is never the day itself.
    before = np.where(blurred, rng.integers(1, _BLUR + 1, n), 0)
    after = np.where(blurred, rng.integers(0, _BLUR + 1, n), 0)
    days = np.floor(times)
    start = first + pd.to_timedelta(np.maximum(days - before, 0), unit="D")
    end = first + pd.to_timedelta(days + after, unit="D")
    window = pd.DataFrame({"date_start": start, "date_end": end})
    late = window["date_end"] > last
    window["date_end"] = window["date_end"].mask(late, last)
    window["day"] = first + pd.to_timedelta(days, unit="D")
    span = (window["date_end"] - window["date_start"]).dt.days
    window["date_precision"] = np.select(
        [span == 0, span < 6], ["day", "days"], default="week"
    )
    return window


def _events(seen: pd.DataFrame, window: pd.DataFrame, reports: Reports) -> pd.DataFrame:
    south = np.where(seen["latitude"] < _WIDTH / 2, "South", "North")
    west = np.where(seen["longitude"] < _WIDTH / 2, "West", "East")
    delay = pd.Series(reports.lag).groupby(reports.event).max().to_numpy()
    cells = priogrid_gid(seen["latitude"], seen["longitude"])
    frame = pd.DataFrame(
        {
            "event_id": seen["event_id"],
            "dataset": NAME,
            "date_start": window["date_start"],
            "date_end": window["date_end"],
            "date_precision": window["date_precision"],
            "latitude": seen["latitude"],
            "longitude": seen["longitude"],
            "place_precision": "point",
            "country": COUNTRY,
            "admin1": [f"{a} {b}" for a, b in zip(south, west, strict=True)],
            "priogrid_gid": pd.Series(cells, index=seen.index).astype("Int64"),
            "event_class": "battle",
            "source_class": "simulated attack",
            "dyad": " - ".join(sorted({*seen["acting_side"], *seen["attacked_side"]})),
            "last_modified": window["day"] + pd.to_timedelta(delay, unit="D"),
        }
    )
    return frame.reset_index(drop=True)


def _actors(seen: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"event_id": seen["event_id"], "role": role, "name": seen[column]})
        for role, column in (
            ("perpetrator", "acting_side"),
            ("target", "attacked_side"),
        )
    ]
    return pd.concat(parts).assign(actor_class="acting_side", is_generic=False)


def _counts(events: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    frame = coded.reset_index(drop=True)
    return frame.assign(
        count_id=events["event_id"] + ":killed:all",
        event_id=events["event_id"],
        period_start=events["date_start"],
        period_end=events["date_end"],
        measure="killed",
        group="all",
        kind="incident",
        unit="people",
        rule_id="simulated_desk",
        as_of=events["last_modified"],
    ).drop(columns="lag")


def _claims(
    truth: pd.DataFrame, window: pd.DataFrame, reports: Reports, first: pd.Timestamp
) -> pd.DataFrame:
    """Return every report in the layout of `read_claims`."""
    of = truth.iloc[reports.event].reset_index(drop=True)
    when = window.iloc[reports.event].reset_index(drop=True)
    printed = when["day"] + pd.to_timedelta(reports.lag, unit="D")
    names = pd.Series(reports.reporter + 1).astype("str")
    frame = pd.DataFrame(
        {
            "claim_id": [f"R{k}" for k in range(1, len(of) + 1)],
            "report_date": printed.dt.strftime("%Y-%m-%d"),
            "publisher": "Reporter " + names,
            "claimant": "Reporter " + names,
            "event_date_start": when["date_start"].dt.strftime("%Y-%m-%d"),
            "event_date_end": when["date_end"].dt.strftime("%Y-%m-%d"),
            "lat": of["latitude"],
            "lon": of["longitude"],
            "place": COUNTRY,
            "measure": "killed",
            "unit": "people",
            "population": "not stated",
            "perpetrator_side": of["acting_side"],
            "victim_side": "mixed",
            "scope": "incident",
        }
    )
    return pd.concat([frame, reports.words], axis=1)


def _links(claims: pd.DataFrame, truth: pd.DataFrame, reports: Reports) -> pd.DataFrame:
    ids = truth["event_id"].iloc[reports.event].str.removeprefix(f"{NAME}:")
    links = pd.DataFrame(
        {"event_id": ids.to_numpy(), "claim_id": claims["claim_id"].to_numpy()}
    )
    # The earliest report comes first; ties go to the reporter of the lower number.
    rank = pd.Series(reports.lag).groupby(reports.event).rank(method="first")
    links["relation"] = np.where(rank == 1, "first_report", "rival")
    return links


def _parameters(
    conflict: SimulatedConflict, reporting: SimulatedReporting
) -> pd.DataFrame:
    """Return the true values, a row a parameter."""
    values: dict[str, float] = {}
    for a, side in enumerate(conflict.sides):
        values[f"baseline[{side}]"] = conflict.baseline[a]
        for b, cause in enumerate(conflict.sides):
            values[f"branching[{side} <- {cause}]"] = conflict.branching[a][b]
    for name in ("decay", "deaths", "dispersion", "civilian_share"):
        values[name] = getattr(conflict, name)
    values["spectral_radius"] = conflict.spectral_radius
    values |= asdict(reporting)
    return pd.DataFrame(
        {
            "parameter": list(values),
            "true_value": np.array(list(values.values()), float),
        }
    )


def _source(
    conflict: SimulatedConflict, reporting: SimulatedReporting, rows: int
) -> Source:
    return Source(
        name="Simulated conflict",
        publisher="conflictstats",
        licence="CC0-1.0",
        may_redistribute=True,
        citation="Simulated with conflictstats.simulate_events; no real event.",
        definition="Simulated deaths in simulated attacks; nothing here happened",
        inclusion=f"Events noticed by at least one of {reporting.reporters} simulated "
        f"reporters, each noticing {reporting.detection:.0%}",
        coverage=f"Both sides, {conflict.sides[0]} and {conflict.sides[1]}, every day",
        rows_read=rows,
        rows_kept=rows,
        rows_quarantined=0,
    )
