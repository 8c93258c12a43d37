"""Coverage of the 95 % interval of `fit_trend`, by simulation.

Run with ``python docs/coverage_trend.py [N]``; it writes the table that
``docs/coverage.md`` shows. Every cell of the table has its own stream of random
numbers, so that a cell does not depend on the others or on their order.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import special
from scipy.optimize import brentq

from conflictstats.models._design import Design
from conflictstats.models._door import UnitSeries
from conflictstats.models._trend_fit import TrendPlan, fit_series

TABLE = Path(__file__).resolve().parent / "_tables" / "coverage_trend.md"
LOWEST, HIGHEST = 93.8, 96.2
RISE = 0.5  # of the log mean, from the first period to the one after the last
MEAN, ZEROS = 10.0, 0.6
NOISE_SD, NOISE_AR = 0.5, 0.5  # log-normal noise around the mean
# Column of the table: family and covariance.
FITS = {
    "HAC (default)": ("quasi-poisson", "HAC"),
    "HC3": ("quasi-poisson", "HC3"),
    "quasi-Poisson": ("quasi-poisson", "model"),
    "NB2": ("nb2", "model"),
}
LENGTHS, ALPHAS, NOISES, LEVELS = (24, 60, 120), (0.0, 0.5, 2.0), (False, True), (
    f"mean\N{NO-BREAK SPACE}{MEAN:.0f}",
    f"{ZEROS * 100:.0f}\N{NO-BREAK SPACE}%\N{NO-BREAK SPACE}zeros",
)  # fmt: skip

CELLS = list(product(LEVELS, NOISES, ALPHAS, LENGTHS))
PROCESSES = 2


def simulate(
    n: int, alpha: float, noisy: bool, log_mean: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw NB2 counts with a log-linear trend, shape (n,)."""
    mean = np.exp(log_mean + slope(n) * centred(n))
    if noisy:
        shocks = rng.normal(size=n)
        noise = np.empty(n)
        noise[0] = shocks[0]
        for i in range(1, n):
            noise[i] = NOISE_AR * noise[i - 1]
            noise[i] += np.sqrt(1 - NOISE_AR**2) * shocks[i]
        mean = mean * np.exp(NOISE_SD * noise - NOISE_SD**2 / 2)
    if alpha:
        mean = mean * rng.gamma(1 / alpha, alpha, n)
    return rng.poisson(mean).astype(float)


def centred(n: int) -> np.ndarray:
    """Return time in periods about its middle."""
    return np.arange(n) - (n - 1) / 2


def slope(n: int) -> float:
    """Return the true change of the log mean a period."""
    return RISE / n


def log_mean_with_zeros(n: int, alpha: float, noisy: bool) -> float:
    """Return the level at which a share `ZEROS` of the counts is expected to be 0."""
    node, weight = np.polynomial.hermite_e.hermegauss(31)
    weight = weight / weight.sum()
    noise = np.exp(NOISE_SD * node - NOISE_SD**2 / 2) if noisy else np.ones(len(node))

    def excess(log_mean: float) -> float:
        mean = np.exp(log_mean + slope(n) * centred(n))[:, None] * noise
        zero = (1 + alpha * mean) ** (-1 / alpha) if alpha else np.exp(-mean)
        return float((zero @ weight).mean() - ZEROS)

    return float(brentq(excess, -10.0, 10.0))


def cover(
    n: int, alpha: float, noisy: bool, log_mean: float, times: int, stream: list[int]
) -> tuple[dict[str, float], int]:
    """Return the coverage of every fit in per cent, and how many series had none."""
    rng = np.random.default_rng(stream)
    index = pd.RangeIndex(n)
    plans = {
        name: TrendPlan(
            design=Design(), family=family, cov=cov, lag=None, level=0.95, every=None
        )
        for name, (family, cov) in FITS.items()
    }
    x, terms = next(iter(plans.values())).build(_unit(index, np.zeros(n)))
    at = terms.index("trend")
    covered, estimated = dict.fromkeys(FITS, 0), dict.fromkeys(FITS, 0)
    for _ in range(times):
        unit = _unit(index, simulate(n, alpha, noisy, log_mean, rng))
        for name, plan in plans.items():
            fit = fit_series(unit, np.ones(n), plan, x, terms)
            if fit.beta is None:
                continue
            beta, error, df = fit.coefficients()
            reach = special.stdtrit(df[at], 0.975) * error[at]
            covered[name] += bool(abs(beta[at] - slope(n)) <= reach)
            estimated[name] += 1
    share = {k: 100 * covered[k] / estimated[k] for k in FITS}
    return share, times - min(estimated.values())


def _unit(index: pd.Index, y: np.ndarray) -> UnitSeries:
    return UnitSeries("all", index, y, y, y, np.ones(len(y)))


def cell(number: int, times: int) -> dict[str, object]:
    """Return one row of the table."""
    level, noisy, alpha, n = CELLS[number]
    log_mean = np.log(MEAN)
    if level != LEVELS[0]:
        log_mean = log_mean_with_zeros(n, alpha, noisy)
    stream = [20200304, number]
    share, failed = cover(n, alpha, noisy, log_mean, times, stream)
    noise = f"AR({NOISE_AR:g})" if noisy else "none"
    head = {"counts": level, "noise": noise, "α": alpha, "n": n, "failed": failed}
    print(*head.values(), *share.values(), flush=True)
    return head | share


def run(times: int) -> pd.DataFrame:
    """Return the whole table, a row a way of making series."""
    work = (delayed(cell)(number, times) for number in range(len(CELLS)))
    return pd.DataFrame(Parallel(n_jobs=PROCESSES, batch_size=1)(work))


def outside(value: float) -> bool:
    """Whether a coverage is outside the promised band, at the digits shown."""
    return not LOWEST <= round(value, 1) <= HIGHEST


def to_markdown(table: pd.DataFrame, times: int) -> str:
    """Return the table and what is outside the band, as Markdown."""
    error = 100 * np.sqrt(0.95 * 0.05 / times)
    lines = [
        f"Covered intervals in per cent of N = {times:,} simulated series a row; the "
        f"simulation error (one standard error) of a coverage of 95 % is {error:.2f} "
        f"points. **Bold** is outside {LOWEST}–{HIGHEST} %. The column *without* "
        "counts series in which some fit had no estimate and gave a Finding instead.",
        "",
        "| counts | noise | α | n | without | " + " | ".join(FITS) + " |",
        "|---|---|--:|--:|--:|" + "--:|" * len(FITS),
    ]
    for row in table.to_dict("records"):
        shares = (
            f"**{row[k]:.1f}**" if outside(row[k]) else f"{row[k]:.1f}" for k in FITS
        )
        head = (row["counts"], row["noise"], f"{row['α']:g}", row["n"], row["failed"])
        lines.append("| " + " | ".join(map(str, (*head, *shares))) + " |")
    lines += ["", *sentences(table)]
    return "\n".join(lines) + "\n"


def sentences(table: pd.DataFrame) -> list[str]:
    """Say, for every fit, where its coverage is outside the band."""
    out = []
    for name in FITS:
        said = []
        for noise, rows in table.groupby("noise", sort=False):
            missed = rows[rows[name].map(outside)]
            where = "without noise" if noise == "none" else f"with {noise} noise"
            if missed.empty:
                said.append(f"{where} never outside")
                continue
            low, high = missed[name].min(), missed[name].max()
            said.append(
                f"{where} outside in {len(missed)} of {len(rows)} rows ("
                + (
                    f"{low:.1f}–{high:.1f} %"
                    if len(missed) > 6
                    else listed(missed, name)
                )
                + ")"
            )
        out.append(f"- **{name}**: " + "; ".join(said) + ".")
    return out


def listed(rows: pd.DataFrame, name: str) -> str:
    """Name the rows with their coverage."""
    return "; ".join(
        f"{r['counts']}, α = {r['α']:g}, n = {r['n']}: {r[name]:.1f} %"
        for r in rows.to_dict("records")
    )


def main() -> None:
    """Simulate and write the table."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    text = to_markdown(run(times), times)
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
