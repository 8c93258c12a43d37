"""Hypothesis strategies: small data sets with spans, gaps and open ends."""

import pandas as pd
from hypothesis import strategies as st

import conflictstats as cs

COUNTRIES = ("Northland", "Southland", "Westland")


@st.composite
def datasets(draw, max_events=12):
    """Events of 2020-21 that may span months; counts may be open or unknown."""
    n = draw(st.integers(1, max_events))
    rows = []
    for i in range(n):
        start = draw(st.integers(0, 600))
        span = draw(st.sampled_from([0, 0, 0, 3, 10, 45, 200]))
        low = draw(st.integers(0, 30))
        best = low + draw(st.integers(0, 20))
        high = best + draw(st.integers(0, 40))
        shape = draw(st.sampled_from(["full", "full", "open", "unknown", "low"]))
        triple = {
            "full": (low, best, high),
            "open": (low, best, pd.NA),
            "unknown": (pd.NA, pd.NA, pd.NA),
            "low": (low, pd.NA, pd.NA),
        }[shape]
        country = draw(st.sampled_from(COUNTRIES))
        rows.append((f"x:{i}", start, start + span, country, *triple))
    frame = pd.DataFrame(
        rows, columns=["event_id", "a", "b", "country", "low", "best", "high"]
    )
    origin = pd.Timestamp("2020-01-01")
    events = frame[["event_id", "country"]].assign(
        dataset="x",
        event_class="battle",
        date_start=origin + pd.to_timedelta(frame["a"], unit="D"),
        date_end=origin + pd.to_timedelta(frame["b"], unit="D"),
    )
    counts = frame[["event_id", "low", "best", "high"]].assign(
        count_id=frame["event_id"] + ":k",
        measure="killed",
        group="all",
        kind="incident",
        unit="people",
    )
    coverage = draw(
        st.sampled_from(
            [
                cs.Coverage.none(),
                cs.Coverage.of("2020-01-01", "2022-12-31"),
                cs.Coverage.of(
                    "2020-03-10", "2021-02-20", places={"country": COUNTRIES[:2]}
                ),
            ]
        )
    )
    return cs.Dataset(name="x", events=events, counts=counts, coverage=coverage)
