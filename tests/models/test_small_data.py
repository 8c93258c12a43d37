"""No NaN leaves a fit, however small or empty the data: a Finding says why."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs

KINDS = ("zero", "one event", "constant", "unknown", "one period", "random", "holes")
MONTHS = pd.date_range("2019-01-01", periods=40, freq="MS")


def small(kind, rng):
    """Return a small series of counts."""
    n = int(rng.integers(1, 25))
    y = np.zeros(n)
    if kind == "one event":
        y[rng.integers(n)] = 1 + rng.poisson(3)
    elif kind == "constant":
        y[:] = rng.integers(1, 9)
    elif kind == "unknown":
        y[:] = np.nan
    elif kind == "one period":
        y = rng.poisson(3, 1).astype(float)
    elif kind in ("random", "holes"):
        y = rng.poisson(rng.gamma(0.4, 4.0) * rng.gamma(1.0, 1.0, n)).astype(float)
    if kind == "holes":
        y[rng.random(n) < 0.3] = np.nan
    return pd.Series(y, MONTHS[: len(y)]).astype("Float64").mask(np.isnan(y))


def trend(y, rng):
    options = {
        "family": ("quasi-poisson", "nb2", "poisson")[rng.integers(3)],
        "trend": ("linear", "segmented", "spline", "none")[rng.integers(4)],
        "cov": ("HAC", "HC0", "HC1", "HC3", "model")[rng.integers(5)],
    }
    return cs.fit_trend(y, **options)


def monotone(y, rng):
    way = ("none", "hamed-rao")[rng.integers(2)]
    if rng.random() < 0.2:
        return cs.fit_monotone_trend(y, season=12, autocorrelation="hirsch-slack")
    return cs.fit_monotone_trend(y, autocorrelation=way)


def breaks(y, rng):
    family = ("nb", "poisson", "gaussian")[rng.integers(3)]
    number = (None, None, 1, 2)[rng.integers(4)]
    return cs.fit_breaks(y, family=family, n_breaks=number, n_bootstrap=19)


def interruption(y, rng):
    index = next(iter(y.values())).index if isinstance(y, dict) else y.index
    first = index[rng.integers(1, len(index))]
    options = {
        "family": ("quasi-poisson", "nb2")[rng.integers(2)],
        "change": ("both", "level", "slope")[rng.integers(3)],
        "trend": ("linear", "none")[rng.integers(2)],
        "placebo": bool(rng.random() < 0.1),
    }
    return cs.fit_interruption(y, first, **options)


def levels(y, rng):
    kind = ("level", "trend")[rng.integers(2)]
    season = (12, None, None, 4)[rng.integers(4)]
    transform = ("log1p", "none")[rng.integers(2)]
    horizon = int(rng.integers(3))
    return cs.fit_levels(
        y, kind=kind, season=season, transform=transform, horizon=horizon
    )


def nowcast(y, rng):
    """Reports of each count that trickle in over up to three months."""
    units = y if isinstance(y, dict) else {"all": y}
    rows = [
        (unit, month, month + pd.DateOffset(months=late), int(n))
        for unit, counts in units.items()
        for month, total in counts.fillna(0).items()
        for late, n in enumerate(rng.multinomial(int(total), [0.5, 0.3, 0.2]))
    ]
    columns = ["unit", "event_date", "report_date", "n"]
    last = max(max(counts.index) for counts in units.values())
    return cs.fit_nowcast(
        pd.DataFrame(rows, columns=columns), count="n", every="month",
        by="unit" if isinstance(y, dict) else None,
        max_delay=int(rng.integers(1, 4)), now=last if rng.random() < 0.5 else None,
        method=("scored", "nb2", "credibility", "lawless")[rng.integers(4)],
    )  # fmt: skip


FITS = {
    "trend": trend,
    "monotone": monotone,
    "breaks": breaks,
    "interruption": interruption,
    "levels": levels,
    "nowcast": nowcast,
}
# Quick ones in every run; fifteen thousand over all of them under `make test-slow`.
FEW, MANY = 40, 2_500


def check(name, number):
    """Fit one small data set and look at everything that leaves."""
    rng = np.random.default_rng([number, len(name)])
    kind = KINDS[number % len(KINDS)]
    y = small(kind, rng)
    if name == "interruption" and len(y) < 2:
        # A date between periods takes two.
        y = y.reindex(MONTHS[:2])
    data = {"a": y, "b": small(KINDS[rng.integers(7)], rng).reindex(y.index)}
    result = FITS[name](y if number % 3 else data, rng)
    for table in ("tidy", "glance", "augment"):
        frame = result.to_frame(table)
        for column in frame.select_dtypes("float"):
            numbers = frame[column].to_numpy(dtype=float, na_value=0.0)
            assert np.isfinite(numbers).all(), (kind, table, column)
    tidy = result.to_frame()
    fitted = set(tidy["unit_name"]) if len(tidy) else set()
    said = {f.unit or "all" for f in result.findings}
    for unit in {"all"} if number % 3 else set(data):
        assert unit in fitted or unit in said, (kind, unit)
    # Variances of levels have no error.
    if "std_error" in tidy:
        unsure = tidy["estimate"].notna() & tidy["std_error"].isna()
        # Pettitt's shift is a place with a p-value; it has no error.
        unsure &= tidy["term"] != "pettitt_shift"
        assert set(tidy.loc[unsure, "unit_name"]) <= said, kind
    assert result.summary()


@pytest.mark.parametrize("name", FITS)
def test_small_data_sets(name):
    for number in range(FEW):
        check(name, number)


@pytest.mark.slow
@pytest.mark.parametrize("name", FITS)
def test_thousands_of_small_data_sets(name):
    for number in range(FEW, FEW + MANY):
        check(name, number)
