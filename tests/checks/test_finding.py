import dataclasses

import pytest

from conflictstats.checks.finding import Finding, findings_table


def test_frozen_and_said():
    finding = Finding("zeros", "holds", "As expected.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.verdict = "does not hold"
    assert str(finding) == "zeros: holds. As expected."


def test_empty_table_has_its_columns():
    frame = findings_table([])
    assert frame.columns.to_list() == [
        "check",
        "verdict",
        "sentence",
        "statistic",
        "p_value",
        "unit_name",
    ]
