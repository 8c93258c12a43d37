"""Scores and coverage of nowcasts by method, on simulated reporting.

Run with ``python benchmarks/nowcast_scores.py 40 docs/models/nowcast_scores.md``. Each
series is nowcast at its end with what was reported by then; the incomplete days are
scored against the counts that came.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import conflictstats as cs

LONGEST = 8
METHODS = ("nb2", "credibility", "lawless")
# name -> (days, mean, dispersion, what is special)
CASES = {
    "steady": (60, 20.0, 0.5, ""),
    "steady, short": (24, 8.0, 0.5, ""),
    "steady, 60 % zeros": (60, 0.7, 0.5, ""),
    "level wanders": (100, 20.0, 0.3, "level"),
    "delay grows": (100, 20.0, 0.3, "drift"),
    "no reports on weekends": (100, 20.0, 0.3, "level week"),
    "days reported together": (100, 20.0, 0.3, "batch"),
    "all of these": (100, 20.0, 0.3, "level drift week batch"),
}


def reports(days, mean, dispersion, special, rng):
    """Return a table of reports and the counts a day that they come to."""
    rate = np.full(days, mean)
    if "level" in special:
        rate = mean * np.exp(0.08 * rng.normal(size=days).cumsum())
    totals = rng.poisson(rate * rng.gamma(1 / dispersion, dispersion, days))
    day = np.repeat(np.arange(days), totals)
    delay = np.linspace(1.0, 3.5, days) if "drift" in special else np.full(days, 2.0)
    late = rng.poisson(delay[day])
    if "batch" in special:
        together = rng.poisson(delay)[day]
        late = np.where(rng.random(day.size) < 0.7, together, late)
    if "week" in special:
        weekday = (day + late) % 7
        late = late + np.select([weekday == 5, weekday == 6], [2, 1], 0)
    late = np.minimum(late, LONGEST)
    start = pd.Timestamp("2024-01-01")
    table = pd.DataFrame({"event_date": start + pd.to_timedelta(day, "D")})
    table["report_date"] = table["event_date"] + pd.to_timedelta(late, "D")
    return table, totals.astype(float), start + pd.Timedelta(days=days - 1)


def score(table, totals, now, method):
    """Return scores and coverage of the days that are not complete."""
    fit = cs.fit_nowcast(table, max_delay=LONGEST, now=now, method=method).fits[0]
    if not fit.estimated or len(fit.rows) != len(totals):
        return {}
    rows, said = fit.rows, fit.state.predictive
    still = ~rows["is_complete"].to_numpy()
    low, high = said.interval(0.95)
    seen = rows["observed"].to_numpy(dtype="float64")
    return {
        "score": said.crps(totals)[still].mean(),
        "as reported": np.abs(seen - totals)[still].mean(),
        "mean error": np.abs(said.base + said.rest - totals)[still].mean(),
        "covered": 100 * ((low <= totals) & (totals <= high))[still].mean(),
        "randomised": 100 * said.held(totals, 0.95)[still].mean(),
    }


def main(repeats, path):
    """Simulate all cases and write the table."""
    lines = [
        "# Scores of nowcasts",
        "",
        f"Simulated reports, {repeats} series a row, nowcast at their end; the days",
        "that are not complete are scored (CRPS, in counts; that of the count as",
        "reported is its error). Written by `benchmarks/nowcast_scores.py`.",
        "Intervals end on whole numbers and so hold more than 95 %: the last column",
        "counts a final count at an end as inside with the probability at which 95 %",
        "would be held exactly (Czado, Gneiting and Held 2009).",
        "",
        "| reporting | method | score | as reported | mean error | covered "
        "| randomised |",
        "|:--|:--|--:|--:|--:|--:|--:|",
    ]
    for name, case in CASES.items():
        for method in METHODS:
            rng = np.random.default_rng(4)
            drawn = [score(*reports(*case, rng), method) for _ in range(repeats)]
            mean = pd.DataFrame(drawn).mean()
            cells = [*(f"{v:.2f}" for v in mean[:3]), *(f"{v:.1f}" for v in mean[3:])]
            lines.append(f"| {name} | {method} | " + " | ".join(cells) + " |")
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
