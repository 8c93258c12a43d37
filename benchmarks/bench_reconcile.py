"""How long reconciling takes: the bundled claims, and many simulated ones.

Run with ``python benchmarks/bench_reconcile.py [claims]``. Promises: all 688 bundled
claims by measure, group and week in under 10 s; 20,000 claims on a year of days in
under two minutes.
"""

import sys
import time

import numpy as np
import pandas as pd

import conflictstats as cs

TOWNS = ["Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple"]
VOICES = ["Monitor", "Ministry", "Rescuers", "Office", "Agency"]


def simulate_claims(n, *, n_days=365, wrong=0.02, rng):
    """Draw claims about a made-up year of deaths in eight towns of one region.

    A share `wrong` of them is off by a third, so that some cannot be true together.
    """
    truth = rng.poisson(1.5, (n_days, len(TOWNS)))
    children = rng.binomial(truth, 0.3)
    first = np.datetime64("2023-01-01")
    rows = []
    for i in range(n):
        kind = rng.choice(
            ["town", "day", "week", "since", "children"], p=[0.5, 0.2, 0.1, 0.1, 0.1]
        )
        day = int(rng.integers(7, n_days))
        town = int(rng.integers(len(TOWNS)))
        start, scope, group, place = day, "daily_total", "civilians", "Forest"
        if kind in ("town", "children"):
            place = TOWNS[town]
            counted = children if kind == "children" else truth
            value = counted[day, town]
            group = "children" if kind == "children" else "civilians"
        elif kind == "day":
            value = truth[day].sum()
        elif kind == "week":
            start, scope = day - 6, "window_total"
            value = truth[start : day + 1].sum()
        else:
            start, scope = (day // 90) * 90, "cumulative_since"
            value = truth[start : day + 1].sum()
        if rng.random() < wrong:
            value = int(value * rng.choice([0.67, 1.5])) + 1
        word = rng.choice(["exact", "at_least", "range"], p=[0.6, 0.25, 0.15])
        low = value if word != "range" else int(0.8 * value)
        high = {"exact": value, "range": int(1.25 * value) + 1}.get(str(word))
        rows.append(
            {
                "claim_id": f"c{i}",
                "report_date": str(first + day + int(rng.integers(1, 5))),
                "claimant": rng.choice(VOICES),
                "event_date_start": str(first + start),
                "event_date_end": str(first + day),
                "place": place,
                "admin1": "Forest",
                "measure": "killed",
                "unit": "people",
                "population": group,
                "victim_side": "civilian",
                "low": low,
                "best": value,
                "high": high,
                "modality": word,
                "scope": scope,
            }
        )
    return pd.DataFrame(rows)


def main(n):
    ds = cs.load_dataset("idlib_2020")
    begin = time.perf_counter()
    found = cs.reconcile(ds, every="week", by="group")
    took = time.perf_counter() - begin
    print(f"688 claims by measure, group, week: {len(found.bounds)} sums, {took:.1f} s")
    claims = simulate_claims(n, rng=np.random.default_rng(2023))
    begin = time.perf_counter()
    found = cs.reconcile(
        claims,
        every="day",
        where={"group": "civilians"},
        window=("2023-01-01", "2023-12-31"),
    )
    took = time.perf_counter() - begin
    glance = found.to_frame("glance").iloc[0].to_dict()
    print(f"{n:,} claims by day: {len(found.bounds)} sums, {took:.1f} s; {glance}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
