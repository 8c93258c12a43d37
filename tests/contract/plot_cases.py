"""A call of every public `plot_*` on a small table; a new picture adds its own here."""

import numpy as np
import pandas as pd

import conflictstats as cs

MONTHS = pd.date_range("2020-01-01", periods=6, freq="MS")
COUNTS = dict.fromkeys(("low", "best", "high"), "Float64")
RING = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]


def series():
    frame = pd.DataFrame(
        {
            "m": MONTHS,
            "low": [2, 0, None, 5, 1, 3],
            "best": [4, 0, None, 5, 2, 6],
            "high": [9, 0, None, 8, 2, 6],
        }
    )
    return frame.astype(COUNTS)


def panel():
    return cs.Panel.from_frame(series(), every="month", time="m", measure="killed")


def units():
    both = [series().assign(country=name) for name in ("North", "South", "West")]
    return cs.Panel.from_frame(
        pd.concat(both), every="month", time="m", by=["country"], measure="killed"
    )


def days():
    frame = pd.DataFrame({"d": pd.date_range("2020-01-01", periods=70)})
    frame["best"] = np.arange(70.0) % 9
    frame.loc[20:23, "best"] = np.nan
    return cs.Panel.from_frame(frame, every="day", time="d", measure="killed")


def claims():
    return pd.DataFrame(
        {
            "claimant": ["A", "B", "A"],
            "measure": "killed",
            "as_of": pd.to_datetime(["2020-01-02", "2020-01-05", "2020-01-09"]),
            "period_start": pd.to_datetime(["2020-01-01"] * 3),
            "period_end": pd.to_datetime(["2020-01-02", "2020-01-05", "2020-01-09"]),
            "low": [3, 5, None],
            "best": [3, 5, 9],
            "high": [3, None, 9],
            "qualifier": ["exact", "at_least", "about"],
        }
    )


def numbered():
    return claims().assign(claim_id=["a", "b", "c"])


def estimates():
    return pd.DataFrame(
        {
            "term": ["rate_ratio_per_year", "b"],
            "estimate": [1.1, 0.9],
            "conf_low": [0.9, 0.7],
            "conf_high": [1.3, 1.2],
        }
    )


def ranges():
    return pd.DataFrame({"label": ["x", "y"], "low": [1, 2], "high": [3, None]})


def fitted():
    frame = pd.DataFrame({"period_start": MONTHS, "observed": [4, 5, 3, 9, 8, 10]})
    frame = frame.assign(fitted=[4, 4, 4, 9, 9, 9], segment=[1, 1, 1, 2, 2, 2])
    frame = frame.assign(
        fitted_low=frame["fitted"] - 2, fitted_high=frame["fitted"] + 3
    )
    frame = frame.assign(
        counterfactual=4, counterfactual_low=2, counterfactual_high=7, unit_name="all"
    )
    return frame.assign(break_probability=[None, 0.02, 0.05, 0.8, 0.1, 0.03])


def breaks():
    days_ = ["2020-04-01", "2020-03-01", "2020-05-01"]
    columns = ["change_at", "change_at_low", "change_at_high"]
    return pd.DataFrame([pd.to_datetime(days_)], columns=columns)


def placebo():
    frame = pd.DataFrame({"placebo_at": MONTHS, "statistic": [1, 2, 1, 9, 2, 1.0]})
    return frame.assign(is_real=frame["placebo_at"] == MONTHS[3])


def nowcast():
    frame = fitted().assign(is_complete=[True] * 4 + [False] * 2)
    frame.loc[1, "observed"] = None
    return frame


def reports():
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(60) % 12, unit="D")
    late = pd.to_timedelta(np.arange(60) % 5, unit="D")
    return pd.DataFrame({"event_date": day, "report_date": day + late})


def rates():
    frame = pd.DataFrame({"event_time": pd.date_range("2020-01-01", periods=8)})
    frame = frame.assign(stream="Attacks by North", background_rate=0.4)
    return frame.assign(intensity=[0.5, 0.9, 0.6, 0.5, 1.4, 0.8, 0.6, 0.5])


def branching():
    rows = [
        ("North", "North", 0.62, 0.5, 0.75, 0.0001),
        ("South", "North", 0.1, 0.0, 0.24, 0.2),
        ("North", "South", 0.21, 0.08, 0.4, 0.01),
        ("South", "South", 0.35, 0.2, 0.5, 0.002),
    ]
    names = ["stream", "set_off_by", "estimate", "conf_low", "conf_high", "p_value"]
    return pd.DataFrame(rows, columns=names).assign(term="branching")


def responses():
    rows = [
        (one, two, h, 0.3 / h, 0.1 / h, 0.6 / h)
        for one, two in (("North", "South"), ("South", "North"))
        for h in (1, 2, 3, 4)
    ]
    columns = ["stream", "set_off_by", "horizon", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=columns)


def regimes():
    frame = fitted().assign(regime=[1, 1, 1, 2, 2, 2], regime_probability=0.9)
    frame.loc[1, "observed"] = None
    return frame


def progress():
    rows = []
    for i, name in enumerate(("North", "South", "West")):
        rows.append((name, "tau_1", 10.0 * 2**i, 5.0, 90.0))
        rows.append((name, "b", 0.3 * i, 0.3 * i - 0.2, 0.3 * i + 0.2))
    columns = ["unit_name", "term", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=columns).assign(estimator="least squares")


def knox():
    bands = [(0.0, 1.0), (1.0, 3.0)]
    gaps = [(0.0, 7.0), (7.0, 21.0)]
    rows = [(*d, *g) for d in bands for g in gaps]
    columns = ["distance_from", "distance_to", "gap_from", "gap_to"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["estimate"] = pd.array([2.4, 1.1, 0.6, None], dtype="Float64")
    return frame.assign(p_excess_any=[0.001, 0.4, 0.9, 1.0])


def sizes():
    return np.concatenate([np.ones(40), np.arange(2, 30), [55, 140, 0, np.nan]])


def events():
    frame = pd.DataFrame({"latitude": [0.3, 1.1, 1.7], "longitude": [0.2, 0.9, 1.6]})
    frame = frame.assign(best=[3, 40, 9], date_start=pd.Timestamp("2020-01-05"))
    return frame.assign(place_precision=["point", "point", "admin1"])


def areas():
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[(x + 2.0 * i, y) for x, y in RING]],
                },
            }
            for i, name in enumerate(("North", "South"))
        ],
    }


def cells():
    gid = [130681, 130682, 131401, 131402]
    best = pd.array([3, 40, 0, None], dtype="Float64")
    return pd.DataFrame({"priogrid_gid": gid, "best": best})


def by_area():
    return pd.DataFrame({"unit_name": ["North"], "best": [12]})


def windows():
    return {
        "Source A": cs.Coverage.of("2019-01-01", "2019-06-30"),
        "Source B": cs.Coverage.of("2019-09-01", "2021-06-30"),
        "Simulated": cs.load_dataset("simulated_conflict"),
    }


def sets():
    a, b, c = range(40), range(25, 60), range(30, 33)
    return {"Source A": a, "Source B": b, "Source C": c}


PLOTS = {
    "plot_series": lambda **k: cs.plot_series(panel(), **k),
    "plot_series (line)": lambda **k: cs.plot_series(panel(), most_dots=1, **k),
    "plot_series (events)": lambda **k: cs.plot_series(
        panel(),
        events={"Ceasefire": "2020-03-06", "Offensive ends": "2020-03-20"},
        **k,
    ),
    "plot_multiples": lambda **k: cs.plot_multiples(units(), **k),
    "plot_stacked": lambda **k: cs.plot_stacked(units(), **k),
    "plot_calendar": lambda **k: cs.plot_calendar(days(), **k),
    "plot_calendar (months)": lambda **k: cs.plot_calendar(panel(), **k),
    "plot_totals": lambda **k: cs.plot_totals(claims(), **k),
    "plot_windows": lambda **k: cs.plot_windows(claims(), **k),
    "plot_claimants": lambda **k: cs.plot_claimants(claims(), **k),
    "plot_claims": lambda **k: cs.plot_claims(numbered(), **k),
    "plot_toll": lambda **k: cs.plot_toll(numbered(), **k),
    "plot_bounds": lambda **k: cs.plot_bounds(claims(), **k),
    "plot_bounds (named)": lambda **k: cs.plot_bounds(
        claims().assign(
            period_start=MONTHS[:3],
            period_end=MONTHS[1:4] - pd.Timedelta(days=1),
            binding_low=["V1; V2; V3; V4", "V5", ""],
        ),
        **k,
    ),
    "plot_bounds (one)": lambda **k: cs.plot_bounds(ranges(), **k),
    "plot_estimates": lambda **k: cs.plot_estimates(estimates(), **k),
    "plot_estimates (ratios)": lambda **k: cs.plot_estimates(
        estimates().assign(scale="rate ratio"), **k
    ),
    "plot_ranges": lambda **k: cs.plot_ranges(ranges(), **k),
    "plot_pooled": lambda **k: cs.plot_pooled(estimates(), estimates(), **k),
    "plot_breaks": lambda **k: cs.plot_breaks(fitted(), breaks(), **k),
    "plot_break_probability": lambda **k: cs.plot_break_probability(fitted(), **k),
    "plot_interruption": lambda **k: cs.plot_interruption(fitted(), [MONTHS[3]], **k),
    "plot_placebo": lambda **k: cs.plot_placebo(placebo(), **k),
    "plot_triangle": lambda **k: cs.plot_triangle(reports(), max_delay=4, **k),
    "plot_nowcast": lambda **k: cs.plot_nowcast(nowcast(), **k),
    "plot_intensity": lambda **k: cs.plot_intensity(rates(), rates(), **k),
    "plot_branching": lambda **k: cs.plot_branching(branching(), **k),
    "plot_branching_graph": lambda **k: cs.plot_branching_graph(branching(), **k),
    "plot_retaliation": lambda **k: cs.plot_retaliation(responses(), **k),
    "plot_regimes": lambda **k: cs.plot_regimes(regimes(), **k),
    "plot_regimes (bands)": lambda **k: cs.plot_regimes(
        pd.concat([regimes(), regimes().assign(unit_name="South")]), **k
    ),
    "plot_progress": lambda **k: cs.plot_progress(progress(), **k),
    "plot_near_repeat": lambda **k: cs.plot_near_repeat(knox(), **k),
    "plot_ccdf": lambda **k: cs.plot_ccdf(sizes(), **k),
    "plot_residual_quantiles": lambda **k: cs.plot_residual_quantiles(
        np.linspace(-2, 3, 25), **k
    ),
    "plot_rescaled": lambda **k: cs.plot_rescaled(np.linspace(0.02, 0.9, 25), **k),
    "plot_coverage": lambda **k: cs.plot_coverage(windows(), **k),
    "plot_overlaps": lambda **k: cs.plot_overlaps(sets(), **k),
    "plot_points": lambda **k: cs.plot_points(events(), size="best", **k),
    "plot_points (outlines)": lambda **k: cs.plot_points(
        events(), polygons=areas(), **k
    ),
    "plot_grid": lambda **k: cs.plot_grid(cells(), **k),
    "plot_areas": lambda **k: cs.plot_areas(by_area(), polygons=areas(), **k),
}
# Pictures of data in which something is unknown: it must be hatched.
WITH_UNKNOWN = (
    "plot_series",
    "plot_series (line)",
    "plot_multiples",
    "plot_stacked",
    "plot_calendar",
    "plot_calendar (months)",
    "plot_nowcast",
    "plot_triangle",
    "plot_regimes",
    "plot_regimes (bands)",
    "plot_near_repeat",
    "plot_coverage",
    "plot_grid",
    "plot_areas",
)
