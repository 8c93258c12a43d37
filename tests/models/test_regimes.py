"""Regimes found, reported and drawn."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import conflictstats as cs
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._regime_terms import _factor

GOLDEN = Path(__file__).parents[1] / "golden" / "regimes"
GAMMA = np.array([[0.97, 0.03], [0.06, 0.94]])


def two_regimes(n, rng, rates=(1.0, 8.0), size=np.inf):
    """Draw a series with two regimes by the definition, not by our code."""
    state, out = 0, []
    for _ in range(n):
        mean = rates[state]
        if np.isfinite(size):
            mean *= rng.gamma(size) / size
        out.append(rng.poisson(mean))
        state = int(rng.random() < GAMMA[state, 1])
    return np.array(out, dtype=float)


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture
def earthquakes():
    frame = pd.read_csv(GOLDEN / "earthquakes.csv")
    years = pd.PeriodIndex(frame["year"].astype(str), freq="Y")
    return pd.Series(frame["count"].to_numpy(), index=years, name="earthquakes")


def term(result, name, unit="all"):
    tidy = result.to_frame()
    return tidy[(tidy["term"] == name) & (tidy["unit_name"] == unit)]


@pytest.mark.golden
def test_the_books_earthquakes(earthquakes, rng):
    expected = json.loads((GOLDEN / "expected.json").read_text())
    book = expected["hmm_earthquakes_poisson"]["value"]
    found = cs.fit_regimes(earthquakes, rng=rng, regimes=(2, 3), family="poisson")
    table = found.candidates().set_index("n_regimes")
    for m in (2, 3):
        assert table.loc[m, "aic"] == pytest.approx(book[f"m{m}"]["AIC"], abs=1e-3)
        assert table.loc[m, "bic"] == pytest.approx(book[f"m{m}"]["BIC"], abs=1e-3)
    assert found.to_frame("glance")["n_regimes"].item() == 3
    rates = term(found, "rate")["estimate"].to_numpy(float)
    np.testing.assert_allclose(rates, book["m3"]["lambda"], rtol=1e-4)
    duration = term(found, "duration")["estimate"].to_numpy(float)
    stay = np.diag(book["m3"]["gamma"])
    np.testing.assert_allclose(duration, 1 / (1 - stay), rtol=1e-3)
    share = term(found, "share")["estimate"].to_numpy(float)
    np.testing.assert_allclose(share, book["m3"]["delta"], atol=1e-4)
    # The move the book estimates as 3e-13 has no interval, rather than a wrong one.
    move = term(found, "move").set_index(["regime", "to_regime"])
    assert move["conf_low"].isna().loc[(3, 1)]
    assert move["conf_low"].notna().loc[(3, 2)]


def test_a_known_truth_is_found_and_decoded(rng):
    y = two_regimes(600, rng, size=4.0)
    found = cs.fit_regimes(y, rng=rng, regimes=(1, 2), n_starts=3)
    assert found.to_frame("glance")["n_regimes"].item() == 2
    for name, truth in (("rate", (1, 8)), ("duration", (1 / 0.03, 1 / 0.06))):
        rows = term(found, name)
        assert (rows["conf_low"].to_numpy() < truth).all()
        assert (rows["conf_high"].to_numpy() > truth).all()
    augment = found.to_frame("augment")
    busy = augment["regime"] == 2
    assert (
        augment.loc[busy, "observed"].mean() > 4 * augment.loc[~busy, "observed"].mean()
    )
    total = augment["regime_probability_1"] + augment["regime_probability_2"]
    np.testing.assert_allclose(total, 1)
    verdicts = {f.check: f.verdict for f in found.diagnostics()}
    assert verdicts["residual law"] == "holds"
    assert verdicts["residual independence"] == "holds"
    assert verdicts["optimum"] == "holds"


def test_unknown_is_bridged_and_never_zero(rng):
    y = pd.Series(two_regimes(200, rng))
    y[100:110] = np.nan
    found = cs.fit_regimes(y, rng=rng, regimes=2, n_starts=3)
    gap = found.to_frame("augment").iloc[100:110]
    assert gap["observed"].isna().all()
    assert gap["pit_low"].isna().all()
    assert gap["fitted"].notna().all()
    glance = found.to_frame("glance")
    assert glance["n_skipped"].item() == 10
    zero = cs.fit_regimes(
        y.fillna(0), rng=np.random.default_rng(20), regimes=2, n_starts=3
    )
    assert zero.to_frame("glance")["log_likelihood"].item() != pytest.approx(
        glance["log_likelihood"].item()
    )


def test_units_apart_sharing_rates_and_sharing_all(rng):
    data = {name: two_regimes(150, rng) for name in ("north", "south")}
    apart = cs.fit_regimes(data, rng=rng, regimes=2, n_starts=3, family="poisson")
    rates = cs.fit_regimes(
        data, rng=rng, regimes=2, n_starts=3, family="poisson", share="emissions"
    )
    both = cs.fit_regimes(
        data, rng=rng, regimes=2, n_starts=3, family="poisson", share="everything"
    )
    value = [
        r.to_frame("glance")["log_likelihood"].item() for r in (apart, rates, both)
    ]
    assert value[0] > value[1] > value[2]
    free = [r.to_frame("glance")["df_model"].item() for r in (apart, rates, both)]
    assert free == [8, 6, 4]
    assert set(term(rates, "duration", "north")["regime"]) == {1, 2}
    assert len(term(rates, "rate")) == 2
    assert len(term(both, "duration")) == 2
    assert list(both.simulate(1, rng=rng)[0]) == ["north", "south"]


def test_exposure_is_divided_out(rng):
    y = two_regimes(200, rng)
    plain = cs.fit_regimes(y, rng=np.random.default_rng(1), regimes=2, n_starts=2)
    scaled = cs.fit_regimes(
        y,
        rng=np.random.default_rng(1),
        regimes=2,
        n_starts=2,
        exposure=np.full(200, 4.0),
    )
    np.testing.assert_allclose(
        term(plain, "rate")["estimate"].to_numpy(float),
        4 * term(scaled, "rate")["estimate"].to_numpy(float),
        rtol=1e-4,
    )
    with pytest.raises(ArgumentError, match="exposure"):
        cs.fit_regimes(y, rng=rng, exposure=np.ones(3))


def test_a_ceasefire_is_a_regime_of_zeros(rng):
    y = np.concatenate([rng.poisson(9, 50), np.zeros(40), rng.poisson(9, 50)])
    found = cs.fit_regimes(
        y, rng=rng, regimes=2, zero_regime=True, family="poisson", n_starts=2
    )
    rates = term(found, "rate")
    assert rates["estimate"].iloc[0] == 0
    assert rates["conf_low"].isna().iloc[0]
    regime = found.to_frame("augment")["regime"].to_numpy()
    assert set(regime[50:90]) == {1}
    free = cs.fit_regimes(
        y, rng=rng, regimes=2, family="poisson", initial="free", n_starts=2
    )
    assert free.to_frame("glance")["df_model"].item() == 5


def test_poisson_regimes_are_called_so(rng):
    y = np.tile([2.0, 3, 2, 3, 2, 3, 12, 11, 12, 11, 12, 11], 5)
    found = cs.fit_regimes(y, rng=rng, regimes=2, n_starts=2)
    assert set(term(found, "rate")["regime_family"]) == {"Poisson"}
    assert term(found, "size").empty
    # Counts this even are not what any Poisson regime gives, and the check says so.
    verdicts = {f.check: f.verdict for f in found.diagnostics()}
    assert verdicts["residual law"] == "does not hold"
    assert verdicts["residual independence"] == "does not hold"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (np.zeros(50), "Nothing was reported"),
        ([np.nan, np.nan], "No period"),
        ([3.0], "too few"),
    ],
)
def test_what_cannot_be_estimated_is_a_finding(data, word, rng):
    found = cs.fit_regimes(data, rng=rng, n_starts=2)
    (finding,) = found.diagnostics()
    assert finding.verdict == "cannot tell"
    assert word in finding.sentence
    assert found.to_frame().empty
    assert found.to_frame("glance")["n_regimes"].item() == 0
    assert len(found.to_frame("augment")) == len(data)
    assert found.candidates().empty
    assert "Regimes" in found.summary()
    ax = found.plot()
    assert ax.get_ylabel() == "Reported count"
    with pytest.raises(EstimationError, match="diagnostics"):
        found.simulate(1, rng=rng)


def test_a_single_odd_day_is_reported_not_modelled(rng):
    y = np.full(40, 5.0)
    y[20] = 400
    found = cs.fit_regimes(y, rng=rng, regimes=2, n_starts=3, family="poisson")
    assert "under two" in found.diagnostics()[0].sentence
    assert found.candidates()["n_rejected"].item() == 3
    both = cs.fit_regimes(y, rng=rng, regimes=(1, 2), n_starts=3, family="poisson")
    assert both.to_frame("glance")["n_regimes"].item() == 1
    one = {f.check: f for f in both.diagnostics()}
    assert one["number of regimes"].verdict == "cannot tell"


def test_disagreeing_criteria_and_lonely_optima_cannot_tell(rng):
    # Two regimes that overlap: better than one by BIC, hard to tell apart by ICL.
    for seed in range(40):
        y = two_regimes(150, np.random.default_rng(seed), rates=(2.0, 4.0))
        found = cs.fit_regimes(y, rng=rng, regimes=(1, 2), family="poisson", n_starts=2)
        number = {f.check: f for f in found.diagnostics()}["number of regimes"]
        if number.verdict == "cannot tell":
            break
    assert "BIC chooses 2 and ICL 1" in number.sentence
    table = found.candidates().set_index("n_regimes")
    assert table["bic"].astype(float).idxmin() == 2
    assert table["icl"].astype(float).idxmin() == 1
    by_icl = cs.fit_regimes(
        y, rng=rng, regimes=(1, 2), family="poisson", n_starts=2, criterion="icl"
    )
    assert by_icl.to_frame("glance")["n_regimes"].item() == 1


def test_a_lonely_optimum_is_not_trusted(rng):
    # One start of two agrees: seeds are searched until that happens.
    for seed in range(60):
        y = two_regimes(60, np.random.default_rng(seed), rates=(2.0, 5.0))
        found = cs.fit_regimes(y, rng=rng, regimes=4, family="poisson", n_starts=2)
        optimum = found.diagnostics()[0]
        if optimum.check == "optimum" and optimum.verdict == "cannot tell":
            break
    assert "1 of 2 starts" in optimum.sentence
    assert "Ask for more starts" in optimum.sentence


def test_too_few_periods_leave_the_residuals_unchecked(rng):
    found = cs.fit_regimes([3, 1, 4, 1], rng=rng, regimes=1)
    verdicts = {f.check: f.verdict for f in found.diagnostics()}
    assert verdicts["residual law"] == "cannot tell"
    assert verdicts["residual independence"] == "cannot tell"


def test_draws_of_uncertain_counts_are_pooled_regime_by_regime(rng):
    y = two_regimes(200, rng)
    draws = [pd.Series(y + rng.binomial(2, 0.5, 200)) for _ in range(3)]
    choices = {"regimes": 2, "family": "poisson", "n_starts": 2}
    fits = [cs.fit_regimes(d, rng=rng, **choices) for d in draws]
    pooled = cs.fit_regimes(draws, rng=rng, **choices).to_frame()
    rates = pooled[pooled["term"] == "rate"]
    assert rates["regime"].to_list() == [1, 2]
    mean = np.mean([term(f, "rate")["estimate"] for f in fits], axis=0)
    np.testing.assert_allclose(rates["estimate"].to_numpy(float), mean, rtol=1e-3)
    assert (rates["fraction_missing"] > 0).all()


def test_an_interval_too_wide_to_mean_anything_is_missing():
    assert _factor(0.5, 2.0) == pytest.approx(np.e)
    assert np.isnan(_factor(400.0, 1.96))
    assert np.isnan(_factor(np.nan, 1.96))


def test_same_rng_same_result_and_scaling_of_names(rng):
    y = two_regimes(120, rng)
    frames = [
        cs.fit_regimes({name: y}, rng=np.random.default_rng(3), regimes=2, n_starts=3)
        .to_frame()
        .drop(columns="unit_name")
        for name in ("a", "z")
    ]
    pd.testing.assert_frame_equal(frames[0], frames[1])


def test_a_panel_by_day_and_its_picture(rng):
    days = pd.date_range("2020-01-01", periods=150)
    table = pd.DataFrame(
        {
            "day": [*days, *days],
            "admin1": ["Idlib"] * 150 + ["Hama"] * 150,
            "best": np.concatenate([two_regimes(150, rng), two_regimes(150, rng)]),
        }
    )
    panel = cs.Panel.from_frame(
        table, every="day", time="day", by=("admin1",), measure="killed"
    )
    found = cs.fit_regimes(panel, rng=rng, regimes=2, n_starts=2)
    assert found.title == "Regimes of reported killed (2 units): hidden Markov model"
    ax = found.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Hama", "Idlib"]
    assert "period_start" in found.to_frame("augment")
    assert isinstance(found.simulate(1, rng=rng)[0]["Hama"].index, pd.DatetimeIndex)


def test_every_column_is_in_the_glossary(earthquakes, rng):
    found = cs.fit_regimes(earthquakes, rng=rng, regimes=2, n_starts=2)
    for frame in (
        *(found.to_frame(kind) for kind in ("tidy", "glance", "augment")),
        found.candidates(),
    ):
        for column in frame:
            assert cs.define(column).meaning


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"regimes": 9}, "regimes"),
        ({"regimes": ()}, "regimes"),
        ({"family": "normal"}, "family"),
        ({"criterion": "aic"}, "criterion"),
        ({"share": "some"}, "share"),
        ({"initial": "uniform"}, "initial"),
        ({"n_starts": 0}, "n_starts"),
        ({"level": 2}, "level"),
    ],
)
def test_wrong_arguments_are_named(change, word, rng):
    with pytest.raises(ArgumentError, match=word):
        cs.fit_regimes([1, 2, 3], rng=rng, **change)


def test_fractions_are_refused(rng):
    with pytest.raises(ArgumentError, match="whole counts"):
        cs.fit_regimes([1.0, 2.5, 3.0], rng=rng)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("n", [200, 600])
def test_intervals_cover(n):
    """95 % intervals of rates and durations; docs/models/regimes.md has the table."""
    rng = np.random.default_rng(77)
    inside = {("rate", 0): 0, ("rate", 1): 0, ("duration", 0): 0, ("duration", 1): 0}
    truth = {("rate", 0): 1, ("rate", 1): 8, ("duration", 0): 1 / 0.03}
    truth[("duration", 1)] = 1 / 0.06
    total = 1000
    for _ in range(total):
        found = cs.fit_regimes(
            two_regimes(n, rng), rng=rng, regimes=2, family="poisson", n_starts=2
        )
        for key in inside:
            row = term(found, key[0])
            if len(row) == 2:
                low, high = row[["conf_low", "conf_high"]].iloc[key[1]]
                # A missing interval leaves everything open.
                inside[key] += bool(pd.isna(low) or low <= truth[key] <= high)
    least = 0.93 if n == 600 else 0.90
    share = stats.binom(total, least).ppf(0.01) / total
    assert min(inside.values()) / total > share, inside


def test_a_dataset_is_counted_first(rng):
    reports = cs.simulate_events(rng=np.random.default_rng(7), days=200)
    found = cs.fit_regimes(reports, rng=rng, regimes=1, n_starts=1)
    weekly = cs.count_events(reports, every="week", measure="events", spread="start")
    assert found.to_frame("augment")["observed"].sum() == len(reports.events)
    assert len(found.to_frame("augment")) == len(weekly.to_series())
    monthly = cs.fit_regimes(
        reports, rng=rng, regimes=1, n_starts=1, by="admin1", every="month",
        measure="killed",
    )  # fmt: skip
    assert len(set(monthly.to_frame("augment")["unit_name"])) > 1
