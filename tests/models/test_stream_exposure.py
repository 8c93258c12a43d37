import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._stream_exposure import with_exposure
from conflictstats.models._streams import open_streams

DAYS = pd.date_range("2020-01-01", periods=300)


def dated(rng, rate):
    return np.repeat(DAYS.to_numpy(), rng.poisson(rate))


def fit(times, **options):
    return cs.fit_escalation(
        times, window=("2020-01-01", "2020-10-26"), n_draws=3, bootstrap=0,
        compare=False, **options,
    )  # fmt: skip


def test_a_background_that_follows_its_exposure_is_no_excitation():
    rng = np.random.default_rng(1)
    people = pd.Series([1.0, 6.0, 2.0], DAYS[[0, 100, 180]])
    held = people.reindex(DAYS, method="ffill")
    times = dated(rng, 0.5 * held.to_numpy())
    plain, known = fit(times), fit(times, exposure=people)
    first = {f.check: f.verdict for f in plain.findings}["excitation"]
    assert first == "holds"
    assert {f.check: f.verdict for f in known.findings}["excitation"] == "does not hold"
    rate = known.to_frame().set_index("term").loc["background_rate"]
    # At the mean exposure.
    mean = 0.5 * held.mean()
    assert rate["conf_low"] < mean < rate["conf_high"]
    assert "at its mean" in " ".join(known.notes)
    frame = known.intensity(300)["background_rate"].to_numpy()
    assert np.isclose(frame[120] / frame[50], 6.0)
    expected = known.to_frame("augment")["background_probability"].sum()
    assert abs(expected - len(times)) < 0.2 * len(times)


def test_scale_and_constant_exposure_change_nothing():
    times = dated(np.random.default_rng(2), np.full(300, 1.0))
    level = pd.Series([7.0, 7.0], DAYS[[0, 50]])
    plain, constant = fit(times), fit(times, exposure=level)
    value = [f.to_frame()["estimate"].to_numpy() for f in (plain, constant)]
    assert np.allclose(*value, rtol=1e-6)
    steps = pd.Series([1.0, 3.0], DAYS[[0, 150]])
    value = [
        fit(times, exposure=e).to_frame()["estimate"].to_numpy()
        for e in (steps, 100 * steps)
    ]
    assert np.allclose(*value, rtol=1e-6)


def test_simulation_forecast_and_residuals_follow_the_exposure():
    rng = np.random.default_rng(3)
    people = pd.Series([1.0, 5.0], DAYS[[0, 200]])
    times = dated(rng, 0.6 * people.reindex(DAYS, method="ffill").to_numpy())
    found = fit(times, exposure=people).bootstrap(19, rng=rng)
    residuals = next(f for f in found.findings if f.check == "residuals")
    assert residuals.verdict == "holds"
    again = found.simulate(1, rng=rng)[0]["events"]
    late = (again >= DAYS[200]).mean()
    assert 0.55 < late < 0.85
    ahead = found.forecast(10, n=100, rng=rng)["forecast"].mean()
    assert 2.0 < ahead < 4.5


def test_periods_take_exposure_too():
    rng = np.random.default_rng(4)
    people = pd.Series([1.0, 5.0], pd.PeriodIndex(["2020-01", "2020-06"], freq="M"))
    held = np.where(pd.date_range("2020-01-01", periods=300) < "2020-06-01", 1.0, 5.0)
    y = pd.Series(rng.poisson(held), DAYS)
    plain = cs.fit_escalation(y, form="discrete", family="poisson", compare=False)
    known = cs.fit_escalation(
        y, form="discrete", family="poisson", compare=False, exposure=people
    )
    ratios = [f.to_frame("glance")["later_ratio"].item() for f in (plain, known)]
    assert ratios[0] > 0.5
    assert ratios[1] < 0.2
    assert known.forecast(3, n=100, rng=rng)["forecast"].between(3.5, 6.5).all()


def test_numbers_gaps_and_values_before_the_window():
    streams = open_streams([1.0, 5.0], window=(0, 10))
    found = with_exposure(streams, pd.Series([9.0, 2.0, 4.0], [-5.0, 0.0, 5.0]))
    assert found.exposure == ((0.0, 2 / 3), (5.0, 4 / 3))
    counts = pd.Series([1, np.nan, 2, 1], DAYS[:4])
    gappy = with_exposure(
        open_streams(counts), pd.Series([1.0, 100.0, 3.0], DAYS[[0, 1, 2]])
    )
    # The unwatched day has no say in the mean of 1, 3, 3.
    assert np.isclose(gappy.exposure[0][1], 3 / 7)
    assert with_exposure(streams, None) is streams


@pytest.mark.parametrize(
    ("exposure", "message"),
    [
        (pd.Series([1.0], [3.0]), "at or before the window's start"),
        (pd.Series([], dtype=float, index=pd.Index([], dtype=float)), "0 values"),
        (pd.Series([1.0, 2.0], [0.0, 0.0]), "each date once"),
        (pd.Series([1.0, np.nan], [0.0, 2.0]), "known and above zero"),
        (pd.Series([1.0, 0.0], [0.0, 2.0]), "known and above zero"),
        ([1.0], "must be a Series"),
        (pd.Series([1.0], DAYS[:1]), "indexed like the events"),
    ],
)
def test_exposure_is_checked(exposure, message):
    streams = open_streams([1.0, 5.0], window=(0, 10))
    with pytest.raises(cs.ConflictStatsError, match=message):
        with_exposure(streams, exposure)
