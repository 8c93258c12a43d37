"""Coverage of nominal 95 % intervals of breaks, interruptions and nowcasts.

Run with ``python benchmarks/coverage_trends.py 1000 docs/models/coverage_trends.md``.
Series are negative binomial with dispersion alpha (variance mu + alpha mu^2), with or
without autocorrelation 0.5 of the noise (a Gaussian copula of gamma frailties), and one
set has 60 % zeros. The same functions are behind the nightly tests.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special

import conflictstats as cs

MEAN = 8.0
RATIO = 0.5
MANY_ZEROS = "60 % zeros"


def draw(mu, alpha, rho, rng):
    """Draw one series of counts with mean mu, dispersion alpha, autocorrelation rho."""
    n = len(mu)
    if alpha == 0:
        return rng.poisson(mu)
    z = np.empty(n)
    z[0] = rng.normal()
    for t in range(1, n):
        z[t] = rho * z[t - 1] + np.sqrt(1 - rho**2) * rng.normal()
    u = np.clip(special.ndtr(z), 1e-12, 1 - 1e-12)
    return rng.poisson(mu * special.gammaincinv(1 / alpha, u) * alpha)


def mean_of(n, at, zeros):
    """Return the expected counts with a step at `at`."""
    base = 0.75 if zeros else MEAN
    return np.where(np.arange(n) >= at, base * RATIO, base)


def cover_breaks(n, alpha, rho, rng, zeros=False):
    """Return whether date (limit, bootstrap) and rate ratio are covered, one series."""
    at = n // 2
    y = draw(mean_of(n, at, zeros), alpha, rho, rng)
    out = {}
    for name, source in (("date, limit law", None), ("date, bootstrap", rng)):
        fit = cs.fit_breaks(y, n_breaks=1, posterior=False, rng=source, n_bootstrap=199)
        if fit.to_frame().empty:
            return {}
        row = fit.to_frame().iloc[0]
        out[name] = bool(row["change_at_low"] <= at <= row["change_at_high"])
    if not pd.isna(row["conf_low"]):
        out["rate ratio"] = bool(row["conf_low"] <= RATIO <= row["conf_high"])
    return out


def cover_false_break(n, alpha, rho, rng, zeros=False):
    """Return whether BIC finds a break in a series without one, by family."""
    mu = np.full(n, 0.45 if zeros else MEAN)
    y = draw(mu, alpha, rho, rng)
    out = {}
    for family in ("nb", "poisson"):
        tidy = cs.fit_breaks(y, family=family, posterior=False).to_frame()
        if tidy.empty:
            return {}
        out[f"false break, {family}"] = bool(tidy["term"].str.startswith("break").any())
    return out


def cover_interruption(n, alpha, rho, rng, zeros=False):
    """Return whether the level change and the added total are covered, one series."""
    at = (2 * n) // 3
    mu = mean_of(n, at, zeros)
    added = float((mu - mean_of(n, n, zeros))[at:].sum())
    y = draw(mu, alpha, rho, rng)
    out = {}
    for name, options in (
        ("HAC", {}),
        ("nb2 model", {"family": "nb2", "cov": "model"}),
    ):
        fit = cs.fit_interruption(
            y, at, change="level", trend="none", placebo=False, **options
        )
        tidy = fit.to_frame().set_index("term")
        if tidy.empty:
            return {}
        for term, truth in (("level_change_1", RATIO), ("added_total", added)):
            low, high = tidy.loc[term, ["conf_low", "conf_high"]]
            out[f"{term.split('_')[0]}, {name}"] = bool(low <= truth <= high)
    return out


def cover_nowcast(n, alpha, rho, rng, zeros=False):
    """Return the share of incomplete periods whose final count is covered."""
    totals = draw(np.full(n, 0.75 if zeros else MEAN), alpha, rho, rng)
    event = np.repeat(np.arange(n), totals)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(event, "D")
    late = np.minimum(rng.poisson(1.5, event.size), 6)
    table = pd.DataFrame(
        {"event_date": days, "report_date": days + pd.to_timedelta(late, "D")}
    )
    now = pd.Timestamp("2020-01-01") + pd.Timedelta(days=n - 1)
    table.loc[len(table)] = [pd.Timestamp("2020-01-01")] * 2
    totals[0] += 1
    rows = cs.fit_nowcast(table, max_delay=6, now=now).to_frame("augment")
    if rows["fitted"].isna().all():
        return {}
    inside = (rows["fitted_low"] <= totals) & (totals <= rows["fitted_high"])
    recent = inside[~rows["is_complete"].astype(bool)]
    return {"nowcast": float(recent.astype(float).mean())}


STUDIES = (cover_breaks, cover_interruption, cover_nowcast, cover_false_break)


def coverage(study, n, alpha, rho, repeats, seed, zeros=False):
    """Return the mean of each quantity of a study over `repeats` series."""
    rng = np.random.default_rng([seed, n, int(10 * alpha), int(10 * rho), zeros])
    drawn = [study(n, alpha, rho, rng, zeros) for _ in range(repeats)]
    return pd.DataFrame(drawn).astype(float).mean()


def cells():
    """Yield every combination of length, dispersion, autocorrelation, zeros."""
    for n in (24, 60, 120):
        for alpha in (0.0, 0.5, 2.0):
            for rho in (0.0, 0.5) if alpha else (0.0,):
                yield n, alpha, rho, False
        yield n, 0.5, 0.0, True


def main(repeats, path):
    """Simulate all cells and write the tables."""
    lines = [
        "# Coverage of the intervals of breaks, interruptions and nowcasts",
        "",
        "Per cent of nominal 95 % intervals that hold the truth, "
        f"{repeats:,} series a row",
        f"(simulation error about {100 * 1.96 * (0.95 * 0.05 / repeats) ** 0.5:.1f}).",
        "Written by `benchmarks/coverage_trends.py`. Means 8 and 4 a period (0.75 and",
        "0.375 with 60 % zeros), dispersion alpha (variance mu + alpha mu^2),",
        "autocorrelation rho of the noise. Break at half, interruption at two thirds",
        "of the series; the number of breaks is given, the date is not.",
        "",
    ]
    for study in STUDIES:
        rows = []
        for n, alpha, rho, zeros in cells():
            share = 100 * coverage(study, n, alpha, rho, repeats, 7, zeros)
            first = {
                "n": n,
                "alpha": alpha,
                "rho": rho,
                "zeros": MANY_ZEROS if zeros else "",
            }
            rows.append(first | share.round(1).to_dict())
        table = pd.DataFrame(rows)
        title = study.__name__.removeprefix("cover_").replace("_", " ")
        lines += [f"## {title.capitalize()}", ""]
        lines.append("| " + " | ".join(table.columns) + " |")
        lines.append("|" + "--:|" * len(table.columns))
        for row in table.itertuples(index=False):
            lines.append("| " + " | ".join(str(v) for v in row) + " |")
        lines.append("")
        Path(path).write_text("\n".join(lines))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
