"""What must not matter does not: units of exposure and of time, order, names."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs

MONTHS = pd.date_range("2015-01-01", periods=60, freq="MS")
COUNTS = pd.Series(
    np.random.default_rng(5).negative_binomial(3, np.repeat([0.2, 0.5], 30)), MONTHS
)
FITS = {
    "trend": cs.fit_trend,
    "segmented": lambda y, **o: cs.fit_trend(y, trend="segmented", **o),
    "monotone": cs.fit_monotone_trend,
    "breaks": lambda y, **o: cs.fit_breaks(y, **o),
    "interruption": lambda y, **o: cs.fit_interruption(y, "2017-07-01", **o),
}
NUMBERS = ["estimate", "std_error", "conf_low", "conf_high"]


def numbers(result):
    tidy = result.to_frame().set_index("term")
    return tidy[NUMBERS].astype(float)


@pytest.mark.parametrize("name", FITS)
def test_exposure_times_k(name):
    """Only rates per unit of exposure change, and by that factor (promise 10)."""
    plain, many = (
        numbers(FITS[name](COUNTS, exposure=pd.Series(k, MONTHS))) for k in (1.0, 1e3)
    )
    assert plain.index.equals(many.index)
    for term in plain.index:
        one, other = plain.loc[term].to_numpy(), many.loc[term].to_numpy()
        if term == "intercept":
            assert other[0] == pytest.approx(one[0] - np.log(1e3), rel=1e-9)
            assert other[1] == pytest.approx(one[1], rel=1e-6)
        elif (name == "monotone" and term != "kendall_tau") or term.startswith("rate_"):
            divided = not term.startswith("rate_ratio")
            factor = 1e3 if divided else 1.0
            assert other * factor == pytest.approx(one, rel=1e-6, nan_ok=True)
        else:
            assert other == pytest.approx(one, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("name", FITS)
def test_names_and_columns_do_not_matter(name):
    alone = numbers(FITS[name](COUNTS))
    renamed = FITS[name]({"x": COUNTS.rename("whatever"), "y": COUNTS})
    parts = dict(list(renamed.to_frame().groupby("unit_name")))
    for part in parts.values():
        own = part.set_index("term")[NUMBERS].astype(float)
        pd.testing.assert_frame_equal(own, alone, rtol=1e-12)


def test_months_and_years_are_the_same_time():
    """A slope a period times twelve is the slope a year, of every kind."""
    for name, stem in (("trend", "rate_ratio"), ("segmented", "rate_ratio_after")):
        rows = numbers(FITS[name](COUNTS))["estimate"]
        year = rows[f"{stem}_per_year"]
        assert year == pytest.approx(rows[f"{stem}_per_period"] ** 12, rel=1e-9)
    slopes = numbers(FITS["monotone"](COUNTS))["estimate"]
    assert slopes["slope_per_year"] == pytest.approx(12 * slopes["slope_per_period"])


@pytest.mark.parametrize("shift", [0, 1_000])
def test_numbers_as_time_may_begin_anywhere(shift):
    found = cs.fit_breaks(COUNTS.set_axis(np.arange(60) + shift), posterior=False)
    dates = found.to_frame().set_index("term").loc["break_1"]
    plain = cs.fit_breaks(COUNTS, posterior=False).to_frame().set_index("term")
    want = MONTHS.get_loc(plain.loc["break_1", "change_at"])
    assert dates["change_at"] - shift == want
    assert dates["estimate"] == pytest.approx(plain.loc["break_1", "estimate"])
