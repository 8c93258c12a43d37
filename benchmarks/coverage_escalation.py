"""Do the intervals and tests of escalation models hold what they promise?

Run with ``python benchmarks/coverage_escalation.py 1000`` for all rows, or with names
of rows after the number. Counts are kept in docs/_tables/coverage_escalation.json, row
by row, so that a run can go on where the last one stopped (``--afresh`` after a change
of the models); docs/_tables/coverage_escalation.md is written from it. The same
functions are behind the nightly tests.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import conflictstats as cs
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline

TABLES = Path(__file__).resolve().parents[1] / "docs" / "_tables"
STORE = TABLES / "coverage_escalation.json"
PAGE = TABLES / "coverage_escalation.md"

CHUNK = 50

RATIO = 0.5
MATRIX = np.array([[0.4, 0.2], [0.1, 0.3]])
Checks = dict[str, bool]


def shape(
    end: float, k: int = 1, breaks: tuple[float, ...] | None = None
) -> HawkesShape:
    """Return an exponential process on (0, end]."""
    kind = "constant" if breaks is None else "piecewise"
    base = PointBaseline(kind, 0.0, end, breaks or ())
    return HawkesShape(k, base, kernel_groups(k, "shared"))


def fit(data: Any, end: float, *, by_day: bool, **options: Any) -> Any:
    """Fit as a user would, dates to the day or exact."""
    return cs.fit_escalation(
        data, window=(0, end), resolution=1 if by_day else None, bootstrap=0,
        compare=False, **options,
    )  # fmt: skip


def holds(rows: Any, truth: float) -> bool:
    """Tell whether the only row's interval holds the truth."""
    row = rows.iloc[0]
    return bool(row["conf_low"] <= truth <= row["conf_high"])


def one_stream(
    rng: np.random.Generator, *, end: float, lag: float, by_day: bool
) -> Checks:
    """One stream with a branching ratio of 0.5 and half an event a day."""
    theta = np.array([np.log(0.5), RATIO, -np.log(lag)])
    times = simulate_clusters(shape(end), theta, rng).times
    found = fit(np.floor(times) if by_day else times, end, by_day=by_day, rng=rng)
    rows = found.to_frame().set_index("term", drop=False)
    out = {"branching ratio": holds(rows.loc[["branching_ratio"]], RATIO)}
    if "mean_lag" in rows.index:
        out["mean lag"] = holds(rows.loc[["mean_lag"]], lag)
    return out


def two_streams(rng: np.random.Generator, *, end: float, by_day: bool) -> Checks:
    """Two streams that set off themselves and each other, mean lag 1.4 days."""
    theta = np.concatenate([np.log([0.3, 0.3]), MATRIX.ravel(), [np.log(0.7)]])
    return entries(shape(end, 2), theta, rng, by_day=by_day)


def two_changing(rng: np.random.Generator, *, end: float, by_day: bool) -> Checks:
    """The same two streams on backgrounds in three steps, breaks searched for."""
    levels = np.log([0.2, 0.9, 0.3, 0.4, 0.6, 0.2])
    theta = np.concatenate([levels, MATRIX.ravel(), [np.log(0.7)]])
    process = shape(end, 2, (end / 3, 2 * end / 3))
    return entries(process, theta, rng, by_day=by_day, baseline="piecewise")


def entries(
    process: HawkesShape,
    theta: np.ndarray,
    rng: np.random.Generator,
    *,
    by_day: bool,
    **options: Any,
) -> Checks:
    """Tell which intervals of the matrix hold the truth, in one sample."""
    end = process.baseline.end
    drawn = simulate_clusters(process, theta, rng)
    times = np.floor(drawn.times) if by_day else drawn.times
    data = {name: times[drawn.code == k] for k, name in enumerate("AB")}
    rows = fit(data, end, by_day=by_day, rng=rng, **options).to_frame()
    links = rows[rows["term"] == "branching"]
    out = {}
    for (a, b), truth in np.ndenumerate(MATRIX):
        here = links[(links["stream"] == "AB"[a]) & (links["set_off_by"] == "AB"[b])]
        out[f"N[{'AB'[a]},{'AB'[b]}]"] = holds(here, truth)
    whole = rows[rows["term"] == "branching_ratio"]
    radius = float(np.abs(np.linalg.eigvals(MATRIX)).max())
    return out | {"branching ratio": holds(whole, radius)}


def changing_tempo(rng: np.random.Generator, *, end: float, by_day: bool) -> Checks:
    """One stream on a background in three steps, whose breaks are searched for."""
    breaks = (end / 3, 2 * end / 3)
    theta = np.concatenate([np.log([0.4, 1.5, 0.6]), [RATIO], [-np.log(2.0)]])
    times = simulate_clusters(shape(end, 1, breaks), theta, rng).times
    out = {}
    for name in ("piecewise", "constant"):
        found = fit(
            np.floor(times) if by_day else times, end, by_day=by_day, rng=rng,
            baseline=name, n_draws=5,
        )  # fmt: skip
        rows = found.to_frame()
        said = "breaks searched" if name == "piecewise" else "taken for constant"
        out[said] = holds(rows[rows["term"] == "branching_ratio"], RATIO)
    return out


def poisson_steps(
    rng: np.random.Generator, rates: tuple[float, ...], events: float
) -> np.ndarray:
    """Days of a Poisson process of 400 days in four steps, three inner edges."""
    days = np.arange(400.0)
    level = np.asarray(rates)[np.searchsorted((130.0, 250.0, 310.0), days, "right")]
    return np.repeat(days, rng.poisson(level * events / level.sum()))


def no_excitation(
    rng: np.random.Generator, *, rates: tuple[float, ...], events: float, by_day: bool
) -> Checks:
    """A Poisson process in steps, without any excitation: is some seen?"""
    times, end = poisson_steps(rng, rates, events), 400.0
    if not by_day:
        times = times + rng.uniform(size=times.size)
    out = {}
    names = ("constant", "piecewise") if len(set(rates)) == 1 else ("piecewise",)
    for name in names:
        found = fit(times, end, by_day=by_day, rng=rng, baseline=name, n_draws=5)
        verdicts = {f.check: f.verdict for f in found.findings}
        said = "breaks searched" if name == "piecewise" else "constant"
        out[said] = verdicts["excitation"] == "holds"
    return out


def equal_pieces(
    rng: np.random.Generator, *, rates: tuple[float, ...], events: float
) -> Checks:
    """The same, to the day, with a background in equal pieces that miss the steps."""
    times, end = poisson_steps(rng, rates, events), 400.0
    out = {}
    for pieces in (4, 8):
        found = fit(
            times, end, by_day=True, rng=rng, baseline="piecewise", breaks=pieces,
            n_draws=5,
        )  # fmt: skip
        verdicts = {f.check: f.verdict for f in found.findings}
        out[f"{pieces} pieces"] = verdicts["excitation"] == "holds"
    return out


FLAT, STEPS, BURST = (1, 1, 1, 1), (1, 5, 5, 2), (1, 1, 10, 1)
ROWS: dict[str, tuple[Callable[..., Checks], dict[str, Any]]] = {}
for _end in (100.0, 300.0, 1000.0):
    ROWS[f"one stream, exact, {_end:.0f} days"] = (
        one_stream, {"end": _end, "lag": 1.0, "by_day": False}
    )  # fmt: skip
for _end in (100.0, 300.0, 1000.0):
    ROWS[f"one stream, to the day, {_end:.0f} days"] = (
        one_stream, {"end": _end, "lag": 2.0, "by_day": True}
    )  # fmt: skip
for _day in (False, True):
    for _end in (300.0, 1000.0):
        _said = "to the day" if _day else "exact"
        ROWS[f"two streams, {_said}, {_end:.0f} days"] = (
            two_streams, {"end": _end, "by_day": _day}
        )  # fmt: skip
ROWS["two streams, changing tempo, exact, 300 days"] = (
    two_changing, {"end": 300.0, "by_day": False}
)  # fmt: skip
for _end in (300.0, 1000.0):
    ROWS[f"changing tempo, to the day, {_end:.0f} days"] = (
        changing_tempo, {"end": _end, "by_day": True}
    )  # fmt: skip
for _name, _rates in (("constant", FLAT), ("three steps", STEPS), ("a burst", BURST)):
    for _events in (100.0, 600.0):
        for _day in (False, True):
            _said = "to the day" if _day else "exact"
            ROWS[f"no excitation, {_name}, {_said}, {_events:.0f} events"] = (
                no_excitation,
                {"rates": _rates, "events": _events, "by_day": _day},
            )


for _name, _rates in (("three steps", STEPS), ("a burst", BURST)):
    ROWS[f"equal pieces, {_name}, 600 events"] = (
        equal_pieces, {"rates": _rates, "events": 600.0}
    )  # fmt: skip


def tally(name: str, samples: range) -> dict[str, list[int]]:
    """Return in how many samples each check holds, and of how many.

    What is not reported (a lag where nothing is set off) counts in neither.
    """
    study, options = ROWS[name]
    out: dict[str, list[int]] = {"samples": [len(samples), len(samples)]}
    for i in samples:
        for check, holds_ in study(np.random.default_rng([2020, i]), **options).items():
            have = out.setdefault(check, [0, 0])
            have[0] += holds_
            have[1] += 1
    return out


def share(name: str, repeats: int) -> dict[str, float]:
    """Return the share of samples in which each check holds."""
    found = tally(name, range(repeats))
    return {check: k / n for check, (k, n) in found.items() if check != "samples"}


def page(store: dict[str, dict[str, list[int]]]) -> str:
    """Return the tables as Markdown, one a study."""
    parts = []
    for study in dict.fromkeys(made for made, _ in ROWS.values()):
        names = [n for n, (made, _) in ROWS.items() if made is study and n in store]
        if not names:
            continue
        columns = dict.fromkeys(c for n in names for c in store[n] if c != "samples")
        doc = (study.__doc__ or "").strip()
        lines = [doc, "", "| process | samples | " + " | ".join(columns) + " |"]
        lines.append("|---|--:|" + "--:|" * len(columns))
        for n in names:
            row = store[n]
            cells = [_percent(*row[c]) if c in row else "" for c in columns]
            lines.append(f"| {n} | {row['samples'][0]} | " + " | ".join(cells) + " |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _percent(inside: int, known: int) -> str:
    return f"{100 * inside / max(known, 1):.1f}"


def main() -> None:
    """Add samples to rows until each has as many as asked, and write the page."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("samples", type=int)
    given.add_argument("rows", nargs="*", default=list(ROWS))
    given.add_argument("--minutes", type=float, default=np.inf, help="stop after these")
    given.add_argument("--afresh", action="store_true", help="forget earlier samples")
    asked = given.parse_args()
    begin = time.perf_counter()
    store = {}
    if STORE.exists() and not asked.afresh:
        store = json.loads(STORE.read_text("utf-8"))
    for name in asked.rows:
        row = store.setdefault(name, {"samples": [0, 0]})
        while row["samples"][0] < asked.samples:
            if time.perf_counter() - begin > 60 * asked.minutes:
                return
            have = row["samples"][0]
            more = range(have, min(have + CHUNK, asked.samples))
            for check, (inside, known) in tally(name, more).items():
                old = row.get(check, [0, 0])
                row[check] = [old[0] + inside, old[1] + known]
            ordered = {n: store[n] for n in ROWS if n in store}
            STORE.write_text(json.dumps(ordered, indent=1) + "\n", "utf-8")
            PAGE.write_text(page(ordered), "utf-8")
        print(name, row, flush=True)


if __name__ == "__main__":
    main()
