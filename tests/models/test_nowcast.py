"""fit_nowcast: published delays, revisions, units, what was later known, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import shared_path

HERE = Path(__file__).resolve().parents[1] / "golden" / "nowcast"
WANT = json.loads((HERE / "expected.json").read_text())["nowcast_husO104_lawless"]


def _reports(rng, days=60, rate=12.0, delay=1.5):
    n = rng.poisson(rate, days)
    event = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        np.repeat(np.arange(days), n), "D"
    )
    late = pd.to_timedelta(rng.poisson(delay, n.sum()), "D")
    return pd.DataFrame({"event_date": event, "report_date": event + late})


@pytest.mark.golden
def test_outbreak_equals_r_in_its_delays_and_nearly_in_its_intervals():
    table = pd.read_csv(shared_path("data/series/husO104Hosp.csv"))
    got = cs.fit_nowcast(
        table,
        event="dHosp",
        reported="dReport",
        max_delay=15,
        now=WANT["value"]["now"],
        method="lawless",
    )
    shares = got.to_frame().query("term.str.startswith('share')")["estimate"]
    assert shares.tolist() == pytest.approx(WANT["value"]["delayCDF"][:16], abs=1e-9)
    rows = got.to_frame("augment").tail(10)
    assert rows["observed"].tolist() == WANT["value"]["observed"]
    # R rounds the expected count up.
    upper = np.ceil(rows["fitted"].to_numpy(dtype=float))[:6]
    assert upper.tolist() == WANT["value"]["upperbound"][:6]
    for row, (low, high) in zip(
        rows.head(4).itertuples(), WANT["value"]["ci"][:4], strict=True
    ):
        assert -4 <= row.fitted_low - low <= 4
        assert 0 <= row.fitted_high - high <= 5


def test_what_came_later_lies_within(rng):
    table = _reports(rng, days=80)
    now = pd.Timestamp("2020-03-10")
    final = table[table["event_date"] <= now].groupby("event_date").size()
    for method in ("credibility", "lawless"):
        got = cs.fit_nowcast(table, max_delay=7, now=now, method=method)
        rows = got.to_frame("augment").set_index("period_start")
        assert rows.loc[rows["is_complete"], "fitted"].tolist() == pytest.approx(
            rows.loc[rows["is_complete"], "observed"].tolist()
        )
        recent = rows[~rows["is_complete"]].index[:-1]
        later = final.reindex(recent, fill_value=0)
        inside = (later >= rows.loc[recent, "fitted_low"]) & (
            later <= rows.loc[recent, "fitted_high"]
        )
        assert inside.mean() >= 5 / 6
        finding = next(f for f in got.findings if f.check == "past_nowcasts")
        assert finding.verdict == "holds"
        past = got.retrospective()
        assert past["is_covered"].mean() > 0.9
        assert (past["nowcast_origin"] >= past["period_start"]).all()


def test_reports_after_now_are_not_used(rng):
    table = _reports(rng)
    now = pd.Timestamp("2020-02-10")
    known = table[table["report_date"] <= now]
    one = cs.fit_nowcast(table, max_delay=5, now=now)
    two = cs.fit_nowcast(known, max_delay=5, now=now)
    pd.testing.assert_frame_equal(one.to_frame("augment"), two.to_frame("augment"))


def test_vintages_and_reports_agree(rng):
    table = _reports(rng, days=40)
    now = table["event_date"].max()
    days = pd.date_range("2020-01-01", now)
    rows = []
    for vintage in days:
        seen = table[table["report_date"] <= vintage].groupby("event_date").size()
        seen = seen.reindex(days[days <= vintage], fill_value=0)
        rows.append(
            pd.DataFrame({"day": seen.index, "vintage": vintage, "n": seen.to_numpy()})
        )
    published = pd.concat(rows, ignore_index=True)
    one = cs.fit_nowcast(table, max_delay=6, now=now)
    two = cs.fit_nowcast(
        published, event="day", reported="vintage", value="n", max_delay=6
    )
    for name in ("observed", "fitted", "fitted_low", "fitted_high"):
        a, b = (f.to_frame("augment")[name].to_numpy(dtype=float) for f in (one, two))
        assert a == pytest.approx(b)


def test_downward_revisions_are_kept():
    days = pd.date_range("2020-01-01", periods=30)
    rows = [
        {"day": d, "vintage": d + pd.Timedelta(days=k), "n": n}
        for d in days
        for k, n in ((0, 20), (1, 26), (2, 24))
        if d + pd.Timedelta(days=k) <= days[-1]
    ]
    got = cs.fit_nowcast(
        pd.DataFrame(rows), event="day", reported="vintage", value="n", max_delay=3
    )
    shares = got.to_frame().set_index("term")["estimate"]
    assert shares["share_by_1"] == pytest.approx(26 / 24)
    finding = next(f for f in got.findings if f.check == "only_upward")
    assert finding.verdict == "does not hold"
    rows = got.to_frame("augment").tail(3)
    assert rows["fitted"].iloc[1] < rows["observed"].iloc[1]
    assert got.to_frame("glance")["revised_down"][0] == 28
    drawn = got.simulate(3, rng=np.random.default_rng(1))
    assert all((d >= 0).all() for d in drawn)


def _gaza(**more):
    table = pd.read_csv(
        shared_path("data/palestine/casualties_daily_revisions_long.csv")
    )
    return cs.fit_nowcast(
        table[table["field"] == "ext_killed"],
        event="report_date",
        reported="vintage_date",
        value="value",
        max_delay=10,
        measure="killed",
        **more,
    )


def test_gaza_figures_come_whole_or_not_at_all():
    got = _gaza()
    past = got.retrospective()
    assert past["is_covered"].mean() > 0.93
    out = past["observed"].notna()
    naive = (past["last_known"] - past["final"]).abs()
    # Once out, a figure hardly changes: nothing is to be gained, and nothing is lost.
    assert past["crps"][out].mean() == pytest.approx(naive[out].mean(), rel=0.05)
    # Of a day without a figure the nowcast says more than the figure before it.
    assert past["crps"][~out].mean() < 0.8 * naive[~out].mean()
    said = {f.check: f for f in got.findings}
    assert said["past_nowcasts"].verdict == "holds"
    assert "no better and no worse" in said["past_nowcasts"].sentence
    assert said["past_nowcasts_of_silence"].verdict == "holds"
    assert "credibility is used" in said["method"].sentence
    assert said["only_upward"].verdict == "does not hold"


def test_gaza_nowcasts_with_what_was_known_then_hold_what_came():
    final = _gaza().to_frame("augment").set_index("period_start")["observed"]
    inside, silent = [], 0
    for now in pd.date_range("2025-06-01", "2026-07-01", periods=7):
        rows = _gaza(now=now.normalize()).to_frame("augment")
        rows = rows[~rows["is_complete"].astype(bool)]
        came = final.reindex(rows["period_start"]).to_numpy()
        good = (rows["fitted_low"] <= came) & (came <= rows["fitted_high"])
        inside += good.dropna().tolist()
        silent += int(rows["observed"].isna().sum())
    assert silent > 0
    assert np.mean(inside) > 0.93


def test_units_weeks_and_missing_dates(rng):
    table = _reports(rng, days=120)
    table["place"] = np.where(rng.random(len(table)) < 0.5, "North", "South")
    table.loc[[0, 5], "report_date"] = pd.NaT
    one = cs.fit_nowcast(table, max_delay=2, every="week", by="place")
    two = cs.fit_nowcast(table, max_delay=2, every="week", by="place", n_jobs=2)
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())
    assert set(one.to_frame()["unit_name"]) == {"North", "South"}
    assert "2 rows without both dates" in one.notes[0]
    assert one.to_frame("augment")["period_start"].dt.day_of_week.eq(0).all()
    assert "2 units" in one.title


def test_what_cannot_be_told_is_said(rng):
    table = pd.DataFrame({"event_date": ["2020-01-01"], "report_date": ["2020-01-02"]})
    got = cs.fit_nowcast(table, max_delay=5)
    assert got.to_frame().empty
    assert "at least 3 are needed" in got.findings[0].sentence
    got.plot()
    with pytest.raises(cs.ConflictStatsError, match="too short"):
        got.retrospective()
    with pytest.raises(cs.ConflictStatsError, match="nothing to simulate"):
        got.simulate(1, rng=rng)
    silent = pd.DataFrame(
        {"event_date": pd.date_range("2020-01-01", periods=9), "n": [0.0] * 9}
    )
    silent["report_date"] = silent["event_date"]
    got = cs.fit_nowcast(silent, value="n", max_delay=2)
    assert "Nothing was reported" in got.findings[0].sentence
    short = cs.fit_nowcast(_reports(rng, days=12), max_delay=3)
    finding = next(f for f in short.findings if f.check == "past_nowcasts")
    assert finding.verdict in ("cannot tell", "holds", "does not hold")


def test_a_few_past_nowcasts_do_not_tell(rng):
    got = cs.fit_nowcast(_reports(rng, days=12), max_delay=3, now="2020-01-11")
    finding = next(f for f in got.findings if f.check == "past_nowcasts")
    assert finding.verdict == "cannot tell"


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({}, {"method": "magic"}, "method"),
        ({}, {"every": "fortnight"}, "every"),
        ({}, {"max_delay": 0}, "max_delay"),
        ({}, {"window": 1}, "window"),
        ({}, {"event": "when"}, "when"),
        ({}, {"now": "soon"}, "now"),
        ({}, {"now": "1999-01-01"}, "before the first"),
        ({"report_date": "2019-01-01"}, {}, "precede"),
        ({"report_date": "soon"}, {}, "must hold dates"),
        ({"report_date": None}, {}, "no row with both"),
        ({"n": "many"}, {"value": "n"}, "must hold counts"),
        ({"n": -3}, {"value": "n"}, "not negative"),
    ],
)
def test_refusals(rng, change, options, said):
    table = _reports(rng, days=10).assign(**change)
    with pytest.raises(cs.ConflictStatsError, match=said):
        cs.fit_nowcast(table, **({"max_delay": 2} | options))


def test_only_tables():
    with pytest.raises(cs.ConflictStatsError, match="DataFrame"):
        cs.fit_nowcast([1, 2, 3], max_delay=2)


def test_counts_of_reports_are_summed(rng):
    table = _reports(rng, days=40)
    twice = cs.fit_nowcast(table.assign(dead=2.0), max_delay=5, count="dead")
    once = cs.fit_nowcast(table, max_delay=5)
    pair = [r.to_frame("augment")["observed"] for r in (twice, once)]
    assert pair[0].tolist() == (2 * pair[1]).tolist()
    unknown = table.assign(dead=pd.array([pd.NA] * len(table), dtype="Int64"))
    unknown.loc[0, "dead"] = 3
    got = cs.fit_nowcast(unknown, max_delay=5, count="dead")
    assert got.to_frame("augment")["observed"].sum() == 3
    with pytest.raises(cs.ConflictStatsError, match="give one"):
        cs.fit_nowcast(table.assign(n=1), max_delay=2, count="n", value="n")


def test_a_drifting_delay_is_best_told_by_the_regression(rng):
    days = np.repeat(np.arange(120), rng.poisson(25, 120))
    late = np.minimum(rng.poisson(np.linspace(0.5, 3.5, 120)[days]), 8)
    start = pd.Timestamp("2020-01-01")
    table = pd.DataFrame({"event_date": start + pd.to_timedelta(days, "D")})
    table["report_date"] = table["event_date"] + pd.to_timedelta(late, "D")
    now = start + pd.Timedelta(days=119)
    got = cs.fit_nowcast(table, max_delay=8, now=now)
    assert "nb2 is used" in next(
        f.sentence for f in got.findings if f.check == "method"
    )
    assert got.to_frame("glance")["method"][0] == "nb2"
    old = cs.fit_nowcast(table, max_delay=8, now=now, method="lawless")
    final = np.bincount(days, minlength=120)
    rows, old = (r.to_frame("augment").tail(6) for r in (got, old))
    error, worse = (
        np.abs(r["fitted"].to_numpy(dtype=float) - final[-6:]).mean()
        for r in (rows, old)
    )
    assert error < 0.7 * worse


def test_silence_in_vintages_is_unknown_and_expected_at_the_recent_rate():
    days = pd.date_range("2020-01-01", periods=40)
    table = pd.DataFrame({"event_date": days[:38], "n": [10.0, 14.0] * 19})
    table["report_date"] = table["event_date"]
    got = cs.fit_nowcast(table, value="n", max_delay=4, now=days[-1])
    rows = got.to_frame("augment").tail(2)
    assert rows["observed"].isna().all()
    assert rows["fitted"].tolist() == pytest.approx([12, 12], rel=0.1)
    assert (rows["fitted_low"] > 0).all()
    got.plot()
