"""Coverage of nominal 95 % intervals of breaks, interruptions and nowcasts.

Run with ``python benchmarks/coverage_trends.py N [STUDY ...]``; it writes the tables
that ``docs/models/coverage_trends.md`` shows, one a study. Series are negative binomial
with dispersion alpha (variance mu + alpha mu^2), with or without autocorrelation 0.5 of
the noise (gamma frailties coupled by a Gaussian AR(1)), and one set has 60 % zeros.
Every cell has its own stream of random numbers. The same functions are behind the
nightly tests.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import special

import conflictstats as cs
from conflictstats.models._design import Design
from conflictstats.models._door import UnitSeries
from conflictstats.models._interruption_model import (
    InterruptionPlan,
    build_model,
    covariance_of,
    regress,
    why_not,
)
from conflictstats.models._interruption_paths import paths_of
from conflictstats.numerics.segment_inversion import Inversion, noise_of, stretch_of
from conflictstats.numerics.segment_size import calibrated_penalty, paths, prepare

TABLES = Path(__file__).resolve().parents[1] / "docs" / "_tables"
LOWEST, HIGHEST = 93.8, 96.2
MEAN = 8.0
RATIO = 0.5
RISE, TURN = 0.5, 1.0  # of the log mean over the series; of its slope at the date
PROCESSES = 2
SIMULATED = 39  # series behind each interval of a break: 2 of 40 lie beyond


def draw(mu, alpha, rho, rng):
    """Draw one series of counts with mean mu, dispersion alpha, autocorrelation rho."""
    n = len(mu)
    if alpha == 0:
        return rng.poisson(mu)
    if rho == 0:
        return rng.poisson(mu * rng.gamma(1 / alpha, alpha, n))
    z = np.empty(n)
    z[0] = rng.normal()
    for t in range(1, n):
        z[t] = rho * z[t - 1] + np.sqrt(1 - rho**2) * rng.normal()
    u = np.clip(special.ndtr(z), 1e-12, 1 - 1e-12)
    return rng.poisson(mu * special.gammaincinv(1 / alpha, u) * alpha)


def level_of(zeros):
    """Return the expected count before anything changes."""
    return 0.75 if zeros else MEAN


def mean_of(n, at, zeros):
    """Return the expected counts with a step at `at`."""
    base = level_of(zeros)
    return np.where(np.arange(n) >= at, base * RATIO, base)


def cover_breaks(n, alpha, rho, rng, zeros=False):
    """Return whether date and rate ratio are covered, one series, one break."""
    at = n // 2
    mu = mean_of(n, at, zeros)
    y = draw(mu, alpha, rho, rng).astype(float)
    if not y.any():
        return {}
    # What `fit_breaks(y, n_breaks=1)` does, without its tables.
    ready = prepare(y, None, "nb", 3)
    stretch = stretch_of(ready, 0, n, paths(ready, 1)[1].size)
    found = Inversion(stretch, np.arange(n), noise_of(y, SIMULATED, 0.95, rng))
    first, last = found.dates()
    low, high = found.interval("ratio")
    return {
        "date": first <= at <= last,
        "rate ratio": low <= RATIO <= high,
        "open": low == 0 or np.isinf(high),
    }


def cover_false_break(n, alpha, rho, rng, zeros=False):
    """Return whether a break is found in a series without one, by family, penalty."""
    y = draw(np.full(n, 0.45 if zeros else MEAN), alpha, rho, rng).astype(float)
    if not y.any():
        return {}
    out = {}
    for family in ("nb", "poisson"):
        found = paths(prepare(y, None, family, 3), 10)
        none, some = found[0].neg2ll, found[1:]
        prices = {"calibrated": calibrated_penalty(n), "bic": 2 * np.log(n)}
        for name, price in prices.items():
            wins = any(one.neg2ll + price * len(one.breaks) < none for one in some)
            out[f"{family}, {name}"] = bool(wins)
    return out


def cover_interruption(n, alpha, rho, rng, zeros=False):
    """Return whether changes and the added total are covered, one series each way."""
    at = (2 * n) // 3
    step = mean_of(n, at, zeros)
    time = np.arange(n)
    path = level_of(zeros) * np.exp(RISE * (time / n - 0.5))
    bent = path * np.where(
        time >= at, RATIO * np.exp(TURN * np.maximum(time - at, 0) / n), 1.0
    )
    ways = (
        ("step", step, mean_of(n, n, zeros), "none", "level", {}),
        ("step, model errors", step, mean_of(n, n, zeros), "none", "level",
         {"family": "nb2", "cov": "model"}),
        ("bend", bent, path, "linear", "both", {}),
    )  # fmt: skip
    out = {}
    drawn = {"step": draw(step, alpha, rho, rng), "bend": draw(bent, alpha, rho, rng)}
    for name, mu, without, trend, change, options in ways:
        y = drawn[name.split(",")[0]].astype(float)
        truths = {"level": RATIO, "added": (mu - without)[at:].sum()}
        if change == "both":
            truths["slope"] = np.exp(TURN / n)
        found = interruption_intervals(y, at, trend, change, **options)
        for term, (low, high) in found.items():
            out[f"{term}: {name}"] = low <= truths[term] <= high
    return out


def interruption_intervals(y, at, trend, change, family="quasi-poisson", cov="HAC"):
    """Return what `fit_interruption(y, at, ...)` gives, without its tables."""
    n = len(y)
    plan = InterruptionPlan(
        design=Design(trend=trend), change=change, transition=(0, 0), family=family,
        cov=cov, lag=None, level=0.95, n_draws=99, placebo=False, every=None,
    )  # fmt: skip
    series = UnitSeries("all", pd.RangeIndex(n), y, y, y, np.ones(n))
    model = build_model(series, np.ones(n), [at], np.zeros(n, dtype=bool), plan)
    fit = None if why_not(model, [at]) else regress(model, family)
    if fit is None or not fit.converged:
        return {}
    robust = covariance_of(model, fit, plan)
    out = {}
    for column in model.changes:
        reach = special.stdtrit(robust.df[column], 0.975)
        reach *= np.sqrt(robust.covariance[column, column])
        ends = np.exp(fit.beta[column] - reach), np.exp(fit.beta[column] + reach)
        out[model.names[column].split("_")[0]] = ends
    total = paths_of(model, fit, robust, at, np.ones(n), plan, None).total
    return out | {"added": total[2:]}


def cover_nowcast(n, alpha, rho, rng, zeros=False):
    """Return the share of incomplete periods whose final count is covered.

    An interval between whole numbers holds more than its nominal share: `randomised`
    takes that effect out (`Predictive.held`).
    """
    totals = draw(np.full(n, level_of(zeros)), alpha, rho, rng)
    event = np.repeat(np.arange(n), totals)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(event, "D")
    late = np.minimum(rng.poisson(1.5, event.size), 6)
    table = pd.DataFrame(
        {"event_date": days, "report_date": days + pd.to_timedelta(late, "D")}
    )
    now = pd.Timestamp("2020-01-01") + pd.Timedelta(days=n - 1)
    table.loc[len(table)] = [pd.Timestamp("2020-01-01")] * 2
    totals[0] += 1
    fit = cs.fit_nowcast(table, max_delay=6, now=now)
    rows, state = fit.to_frame("augment"), fit.fits[0].state
    if state is None:
        return {"as printed": np.nan, "randomised": np.nan}
    still = ~rows["is_complete"].to_numpy(dtype=bool)
    inside = (rows["fitted_low"] <= totals) & (totals <= rows["fitted_high"])
    return {
        "as printed": inside[still].astype(float).mean(),
        "randomised": state.predictive.held(totals.astype(float), 0.95)[still].mean(),
    }


STUDIES = {
    "breaks": cover_breaks,
    "false_break": cover_false_break,
    "interruption": cover_interruption,
    "nowcast": cover_nowcast,
}


def coverage(study, n, alpha, rho, repeats, stream, zeros=False):
    """Return the mean of each quantity of a study over `repeats` series."""
    rng = np.random.default_rng([stream, n, int(10 * alpha), int(10 * rho), zeros])
    drawn = [study(n, alpha, rho, rng, zeros) for _ in range(repeats)]
    table = pd.DataFrame(drawn).astype(float)
    means = table.mean()
    means["without"] = 1 - table.notna().all(axis=1).mean()
    return means


def cells():
    """Yield every combination of length, dispersion, autocorrelation, zeros."""
    for n in (24, 60, 120):
        for alpha in (0.0, 0.5, 2.0):
            for rho in (0.0, 0.5) if alpha else (0.0,):
                yield n, alpha, rho, False
        yield n, 0.5, 0.0, True


def table_of(name, repeats):
    """Simulate all cells of a study, longest first, and return its table."""
    places = list(cells())
    work = (
        delayed(coverage)(STUDIES[name], n, alpha, rho, repeats, 7, zeros)
        for n, alpha, rho, zeros in reversed(places)
    )
    means = Parallel(n_jobs=PROCESSES, batch_size=1)(work)[::-1]
    heads = [
        {"n": n, "α": f"{alpha:g}", "ρ": f"{rho:g}",
         "counts": "60 % zeros" if zeros else f"mean {MEAN:g}"}
        for n, alpha, rho, zeros in places
    ]  # fmt: skip
    shares = [(100 * m).round(1).to_dict() for m in means]
    return pd.DataFrame([h | s for h, s in zip(heads, shares, strict=True)])


def to_markdown(table, repeats, *, bold):
    """Return the table; **bold** is outside the promised band."""
    error = 100 * (0.95 * 0.05 / repeats) ** 0.5
    lines = [
        f"N = {repeats:,} series a row; one standard error of a share of 95 % is "
        f"{error:.2f} points.",
        "",
        "| " + " | ".join(table.columns) + " |",
        "|" + "--:|" * len(table.columns),
    ]
    plain = ("n", "α", "ρ", "counts", "open", "without")
    for row in table.to_dict("records"):
        shown = []
        for name, value in row.items():
            missed = name not in plain and not LOWEST <= value <= HIGHEST
            shown.append(f"**{value}**" if bold and missed else str(value))
        lines.append("| " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


def main(repeats, names):
    """Simulate and write a table a study."""
    for name in names or STUDIES:
        table = table_of(name, repeats)
        text = to_markdown(table, repeats, bold=name != "false_break")
        path = TABLES / f"coverage_{name}.md"
        path.write_text(text, encoding="utf-8")
        print(name, text, sep="\n", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
