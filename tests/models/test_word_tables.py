"""Results in Word, by way of the package maketables."""

import docx
import maketables
import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from tests.contract.test_results import FITS


@pytest.fixture(scope="module")
def fits():
    return [fit(data) for fit, data in (FITS["trend"], FITS["trend nb2 season"])]


@pytest.mark.filterwarnings("ignore")  # of packages outside, not of ours
def test_a_word_file_holds_the_fits_side_by_side(fits, tmp_path):
    path = tmp_path / "fits.docx"
    table = maketables.ETable(fits, coef_fmt="b:.2f (ci95l:.2f, ci95u:.2f)")
    table.save(type="docx", file_name=str(path), show=False)
    rows = [[c.text for c in row.cells] for row in docx.Document(path).tables[0].rows]
    assert rows[0] == ["", "Reported killed", "Reported killed"]
    cells = {row[0]: row[1:] for row in rows}
    first = fits[0].to_frame().iloc[0]
    said = f"{first.estimate:.2f} ({first.conf_low:.2f}, {first.conf_high:.2f})"
    assert cells["rate ratio per year"][0] == said
    assert cells["Family"] == ["quasi-poisson", "nb2"]
    assert cells["Periods fitted"] == ["72", "72"]
    assert cells["Log-likelihood"][0] == "-"


@pytest.mark.parametrize("name", [n for n in FITS if n != "pooled"])
def test_every_result_answers_what_maketables_asks(name):
    fit, data = FITS[name]
    result = fit(data)
    table = result.__maketables_coef_table__
    assert table.index.is_unique
    assert len(table) == len(result.to_frame())
    assert {"b", "se", "t", "p"} <= set(table.columns)
    assert all(table.dtypes == np.float64)
    labels = result.__maketables_stat_labels__
    for key in result.__maketables_default_stat_keys__:
        assert isinstance(result.__maketables_stat__(key), str)
        assert key in labels
    assert result.__maketables_stat__("gone") is None
    assert result.__maketables_depvar__.startswith("Reported ")


def test_an_interval_of_another_level_is_not_called_95(fits):
    other = cs.fit_trend(FITS["trend"][1], level=0.8)
    assert "ci95l" in fits[0].__maketables_coef_table__
    assert "ci95l" not in other.__maketables_coef_table__
    assert other.__maketables_vcov_info__ == {"vcov_type": "HAC"}
    levels = cs.fit_levels(FITS["trend"][1])
    assert levels.__maketables_vcov_info__ == {}
    assert pd.isna(levels.__maketables_coef_table__["se"]).all()


def test_a_result_without_terms_is_not_for_maketables(fits):
    class Bare:
        def to_frame(self, kind):
            return pd.DataFrame({"period": [1]})

    descriptor = type(fits[0]).__mro__
    owner = next(c for c in descriptor if "__maketables_coef_table__" in vars(c))
    with pytest.raises(AttributeError, match="no terms"):
        vars(owner)["__maketables_coef_table__"].fget(Bare())
