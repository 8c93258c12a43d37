"""What the committed R scripts make is what the golden files hold."""

import json
from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
# Key of r_numbers.json → place in expected.json.
PLACES = {
    "breaks": {
        "nile_breakpoints": ("bp_Nile", "breakpoints"),
        "nile_ci": ("bp_Nile", "ci"),
        "nile_RSS": ("bp_Nile", "RSS"),
        "nile_BIC": ("bp_Nile", "BIC"),
        "segmented_psi": ("segmented_coal_poisson", "psi"),
        "segmented_se": ("segmented_coal_poisson", "se"),
        "segmented_deviance": ("segmented_coal_poisson", "deviance"),
        "segmented_logLik": ("segmented_coal_poisson", "logLik"),
        "glm_coef": ("segmented_coal_poisson", "glm_coef"),
        "glm_dev": ("segmented_coal_poisson", "glm_dev"),
    },
    "interruption": {
        key: ("its_seatbelts_nb", key)
        for key in ("coef", "se", "theta", "se_theta", "twologlik", "aic")
    },
    "monotone": {
        key: ("mk_Nile", key)
        for key in ("S", "varS", "tau", "z", "sen", "pettitt_U", "pettitt_K")
    }
    | {f"seasonal_{key}": ("smk_UKDriverDeaths", key) for key in ("S", "varS", "z")},
}


def _flat(value):
    if isinstance(value, list):
        return [number for one in value for number in _flat(one)]
    return [value]


@pytest.mark.golden
@pytest.mark.parametrize("noun", PLACES)
def test_scripts_make_the_golden_numbers(noun):
    made = json.loads((GOLDEN / noun / "r_numbers.json").read_text())
    expected = json.loads((GOLDEN / noun / "expected.json").read_text())
    assert set(made) == set(PLACES[noun])
    for key, (entry, field) in PLACES[noun].items():
        want = _flat(expected[entry]["value"][field])
        assert made[key] == pytest.approx(want, rel=1e-8), key
    assert "R version 4.2" in (GOLDEN / noun / "sessionInfo.txt").read_text()
