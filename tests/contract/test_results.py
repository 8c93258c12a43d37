"""One suite over every fit_*: what any result of this package promises.

A new model adds a line to FITS.
"""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.checks.finding import Finding
from conflictstats.models._result import FitResult
from conflictstats.plots.words import alt_text


def _series(n=72, seed=7):
    draw = np.random.default_rng(seed)
    mean = np.exp(2 + 0.1 / 12 * np.arange(n))
    index = pd.date_range("2015-01-01", periods=n, freq="MS", unit="us")
    return pd.Series(draw.negative_binomial(3, 3 / (3 + mean)), index, name="killed")


def _panel():
    table = pd.concat(
        [
            _series(seed=s)
            .rename("best")
            .rename_axis("month")
            .reset_index()
            .assign(country=c)
            for s, c in ((1, "North"), (2, "South"), (3, "West"))
        ]
    )
    table.loc[table.index[:2], "best"] = pd.NA
    return cs.Panel.from_frame(table, every="month", by=["country"], time="month")


def _reports():
    draw = np.random.default_rng(9)
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 75, 600), "D")
    return pd.DataFrame(
        {
            "event_date": day,
            "report_date": day + pd.to_timedelta(draw.poisson(1.5, 600), "D"),
            "place": draw.choice(["North", "South"], 600),
        }
    )


# name -> (function of the data that fits, data); one line a model.
FITS = {
    "trend": (cs.fit_trend, _series()),
    "trend nb2 season": (
        lambda y: cs.fit_trend(y, family="nb2", season="harmonic"),
        _series(),
    ),
    "trend spline": (lambda y: cs.fit_trend(y, trend="spline"), _series()),
    "trend panel": (cs.fit_trend, _panel()),
    "trend fixed": (lambda p: cs.fit_trend(p, units="fixed"), _panel()),
    "breaks": (
        lambda y: cs.fit_breaks(y, rng=np.random.default_rng(1), n_bootstrap=19),
        _series(),
    ),
    "breaks panel": (cs.fit_breaks, _panel()),
    "pooled": (
        lambda y: cs.pool_fits([cs.fit_trend(y), cs.fit_trend(y + 1)]),
        _series(),
    ),
    "interruption": (
        lambda y: cs.fit_interruption(y, "2018-01-15", season="harmonic"),
        _series(),
    ),
    "interruption panel": (
        lambda p: cs.fit_interruption(p, "2018-01-01", family="nb2", change="level"),
        _panel(),
    ),
    "levels": (lambda y: cs.fit_levels(y, season="month", horizon=3), _series()),
    "levels panel": (lambda p: cs.fit_levels(p, kind="trend"), _panel()),
    "monotone": (cs.fit_monotone_trend, _series()),
    "monotone panel": (
        lambda p: cs.fit_monotone_trend(
            p, season="month", autocorrelation="hirsch-slack"
        ),
        _panel(),
    ),
    "retaliation": (
        lambda sides: cs.fit_retaliation(
            sides, rng=np.random.default_rng(1), most_lags=2, n_bootstrap=19
        ),
        {
            name: pd.Series(
                np.random.default_rng(k).poisson(2, 60),
                pd.date_range("2020-01-01", periods=60, unit="us"),
            )
            for k, name in enumerate(("North", "South"))
        },
    ),
    "progress": (
        lambda times: cs.fit_progress(times, rng=np.random.default_rng(1), n_null=99),
        {
            name: 100 * np.sort(np.random.default_rng(k).random(15) ** 0.6)
            for k, name in enumerate(("North", "South", "West"))
        },
    ),
    "near repeat": (
        lambda points: cs.fit_near_repeat(
            points,
            distances=(0, 1, 3),
            gaps=(0, 7, 21),
            metric="euclidean",
            n_permutations=19,
            rng=np.random.default_rng(1),
        ),
        np.random.default_rng(2).uniform(0, 9, (40, 3)) * [1, 1, 9],
    ),
    "escalation": (
        lambda times: cs.fit_escalation(times, window=(0, 60), bootstrap=0),
        np.random.default_rng(3).uniform(0, 60, 40),
    ),
    "escalation of two, dated": (
        lambda sides: cs.fit_escalation(
            sides, window=("2020-01-01", "2020-03-31"), n_draws=3, bootstrap=0
        ),
        {
            side: pd.Timestamp("2020-01-01")
            + pd.to_timedelta(
                pd.Series(np.random.default_rng(s).integers(91, size=40)), unit="D"
            )
            for s, side in enumerate(("North", "South"))
        },
    ),
    "escalation by month": (
        lambda y: cs.fit_escalation(
            (y // 4).rename("events"), n_draws=3, bootstrap=0, compare=False
        ),
        _series(),
    ),
    "escalation discrete": (
        lambda y: cs.fit_escalation(y, form="discrete", family="poisson"),
        pd.Series(
            np.random.default_rng(5).poisson(2, 80),
            pd.date_range("2020-01-01", periods=80),
        ),
    ),
    "nowcast": (
        lambda t: cs.fit_nowcast(t, max_delay=5, now="2020-03-10"),
        _reports(),
    ),
    "nowcast units": (
        lambda t: cs.fit_nowcast(
            t, max_delay=3, by="place", now="2020-03-10", method="lawless"
        ),
        _reports(),
    ),
    "regimes": (
        lambda y: cs.fit_regimes(y, rng=np.random.default_rng(1), n_starts=2),
        _series(),
    ),
    "regimes panel": (
        lambda p: cs.fit_regimes(
            p, rng=np.random.default_rng(1), regimes=2, share="emissions", n_starts=2
        ),
        _panel(),
    ),
}


@pytest.fixture(scope="module", params=list(FITS))
def case(request):
    fit, data = FITS[request.param]
    return fit, data, fit(data)


def test_is_a_frozen_result(case):
    _, _, result = case
    assert isinstance(result, FitResult)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.findings = ()


def test_arrays_are_read_only(case):
    _, _, result = case
    for field in dataclasses.fields(result):
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray):
            assert not value.flags.writeable, field.name


@pytest.mark.parametrize("kind", ["tidy", "glance", "augment"])
def test_columns_are_in_the_glossary_and_nothing_is_nan(case, kind):
    _, data, result = case
    frame = result.to_frame(kind)
    own = set(data.by) if isinstance(data, cs.Panel) else set()
    for name in frame.columns:
        assert name in own or cs.define(name).meaning, name
        if pd.api.types.is_float_dtype(frame[name].dtype):
            values = frame[name].dropna().to_numpy(dtype=float)
            assert not np.isnan(values).any(), name
    assert len(frame)


def test_an_unknown_table_is_refused(case):
    with pytest.raises(cs.ArgumentError, match="`kind` must be one of"):
        case[2].to_frame("tdy")


def test_summary_and_reprs(case):
    _, _, result = case
    assert result.title in result.summary()
    assert repr(result) == result.summary()
    assert "<table" in result._repr_html_()


def test_plot_returns_the_axes_it_was_given(case):
    _, _, result = case
    ax = Figure().subplots()
    assert result.plot(ax=ax) is ax
    assert ax.has_data()
    # Killed, toll and total are for the caller to say.
    assert not re.search(r"\b(killed|toll|total)\b", ax.get_ylabel().lower())
    said = alt_text(ax.figure)
    assert len(said) > 40
    assert any(c.isdigit() for c in said)
    assert result.plot().figure is not ax.figure


def test_same_rng_gives_the_same_simulation(case):
    _, _, result = case
    one = result.simulate(2, rng=np.random.default_rng(5))
    two = result.simulate(2, rng=np.random.default_rng(5))
    other = result.simulate(2, rng=np.random.default_rng(6))
    assert len(one) == 2
    assert _same(one, two)
    assert not _same(one, other)
    with pytest.raises(cs.ConflictStatsError, match="`rng` must be"):
        result.simulate(1, rng=5)


def _same(one, two):
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(_same(one[k], two[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(_same, one, two))
    if isinstance(one, pd.DataFrame | pd.Series):
        return one.equals(two)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, two)
    if dataclasses.is_dataclass(one):
        return all(
            _same(getattr(one, f.name), getattr(two, f.name))
            for f in dataclasses.fields(one)
        )
    return one == two


def test_input_is_untouched(case):
    fit, data, _ = case
    before = data.to_frame() if isinstance(data, cs.Panel) else _copy(data)
    fit(data)
    after = data.to_frame() if isinstance(data, cs.Panel) else data
    assert _same(before, after)


def _copy(data):
    if isinstance(data, dict):
        return {k: _copy(v) for k, v in data.items()}
    return data.copy() if hasattr(data, "copy") else data


def test_fitting_again_gives_the_same(case):
    fit, data, result = case
    again = fit(data)
    for kind in ("tidy", "augment"):
        pd.testing.assert_frame_equal(again.to_frame(kind), result.to_frame(kind))


# A panel or stream is sorted by its own type.
@pytest.mark.parametrize(
    "name", [name for name, (_, data) in FITS.items() if isinstance(data, pd.Series)]
)
def test_order_of_rows_does_not_matter(name):
    fit, data = FITS[name]
    shuffled = data.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        fit(shuffled).to_frame("tidy"), fit(data).to_frame("tidy")
    )


def test_findings_and_sources(case):
    _, _, result = case
    assert result.diagnostics() == result.findings
    for finding in result.findings:
        assert isinstance(finding, Finding)
        assert finding.sentence.endswith((".", "!", "?"))
    assert isinstance(result.sources, tuple)
