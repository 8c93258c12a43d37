import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.diagnostic import acorr_ljungbox

import conflictstats as cs
from conflictstats.checks.finding import findings_table


def table(y, mu=5.0):
    return pd.DataFrame({"observed": y, "fitted": np.full(len(y), mu)})


def size(check, make, n=1000):
    rng = np.random.default_rng(9)
    return np.mean([check(make(rng)).verdict == "does not hold" for _ in range(n)])


def test_size_of_the_checks_on_poisson_counts():
    def make(rng):
        return table(rng.poisson(5, 100))

    # The mean is known here, so no parameter was estimated.
    def dispersion(frame):
        return cs.check_dispersion(frame, n_parameters=0)

    assert size(dispersion, make) == pytest.approx(0.05, abs=0.02)
    assert size(cs.check_zeros, lambda r: table(r.poisson(1, 100), 1.0)) < 0.07


def test_dispersion_is_pearsons_statistic(rng):
    y = rng.poisson(5, 50)
    finding = cs.check_dispersion(table(y), n_parameters=1)
    fit = sm.GLM(y, np.ones(50), family=sm.families.Poisson()).fit()
    fitted = pd.DataFrame({"observed": y, "fitted": fit.fittedvalues})
    assert finding.statistic == pytest.approx(((y - 5) ** 2 / 5).sum())
    assert cs.check_dispersion(fitted, n_parameters=1).statistic == pytest.approx(
        fit.pearson_chi2
    )


def test_zeros_by_family():
    y = np.array([0] * 60 + [10] * 40)
    assert cs.check_zeros(table(y, 4.0)).verdict == "does not hold"
    assert cs.check_zeros(table(y, 4.0), dispersion=6.0).verdict == "holds"
    assert cs.check_zeros(table(y, 4.0), variance_ratio=20.0).verdict == "holds"
    few = cs.check_zeros(table(np.full(100, 4), 1.0))
    assert "fewer than chance" in few.sentence


def test_autocorrelation_is_ljung_box(rng):
    r = rng.normal(size=80)
    finding = cs.check_autocorrelation(pd.DataFrame({"residual": r}), lags=5)
    centred = r - 0.0
    theirs = acorr_ljungbox(centred, lags=[5])
    # They centre the series first; on 80 draws the difference is small.
    assert finding.p_value == pytest.approx(theirs["lb_pvalue"].iloc[0], abs=0.1)
    assert finding.verdict in ("holds", "does not hold")


def test_unknown_periods_are_passed_over():
    # Each 1 is followed by an unknown period and then by a -1 two periods later.
    r = pd.Series([1.0, None, -1.0, None] * 8).astype("Float64")
    frame = pd.DataFrame({"residual": r})
    assert cs.check_autocorrelation(frame, lags=1).verdict == "holds"
    assert cs.check_autocorrelation(frame, lags=2).verdict == "does not hold"


@pytest.mark.parametrize("check", [cs.check_dispersion, cs.check_zeros])
def test_too_short_to_tell(check):
    assert check(table(np.arange(4))).verdict == "cannot tell"


def test_no_residuals_cannot_tell():
    flat = pd.DataFrame({"residual": np.zeros(20)})
    assert cs.check_autocorrelation(flat).verdict == "cannot tell"


def test_missing_columns_are_named():
    with pytest.raises(cs.ConflictStatsError, match="observed"):
        cs.check_dispersion(pd.DataFrame({"y": [1]}))


def test_table_of_findings():
    frame = findings_table([cs.check_zeros(table(np.arange(4)), unit="North")])
    assert frame["unit_name"].to_list() == ["North"]
    assert frame["p_value"].isna().all()
    assert str(cs.check_zeros(table(np.arange(4)), unit="North")).startswith(
        "zeros [North]: cannot tell."
    )
