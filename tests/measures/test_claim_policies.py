"""Each policy keeps what it says, and names whom it overruled."""

import pandas as pd
import pytest

from conflictstats.errors import ArgumentError
from conflictstats.measures.claim_policies import apply_policy
from conflictstats.measures.claim_rules import ClaimRules

NONE = float("nan")
CLAIMS = pd.DataFrame(
    {
        "claim_id": list("abcdef"),
        "claimant": ["A", "B", "C", "D", "E", "F"],
        "voice": ["A", "B", "C", "D", "", "F"],
        "quantity": ["toll"] * 5 + ["other"],
        "low": [34.0, 36, 36, 33, NONE, 5],
        "high": [34.0, 36, 36, NONE, 90, 5],
        "as_of": pd.to_datetime(
            ["2020-02-28", "2020-03-02", "2020-02-29", "2020-02-28", None, None]
        ),
        "status": "used",
        "reason": "",
    }
)


def overruled(policy, **rules):
    found = apply_policy(CLAIMS, policy, ClaimRules(**rules))
    lost = found[found["status"] == "overruled"]
    assert lost["reason"].str.contains(policy).all()
    return "".join(lost["claim_id"])


def test_each_policy_names_whom_it_overruled():
    assert overruled("bounds") == ""
    assert overruled("conservative") == "abce"
    assert overruled("majority") == "ade"
    assert overruled("latest") == "acde"
    assert overruled("hierarchy", hierarchy=["C", "A"]) == "abde"


def test_the_envelope_is_as_wide_as_its_widest_rival():
    found = apply_policy(CLAIMS[:3], "envelope", ClaimRules())
    assert found["low"].tolist() == [34, 34, 34]
    assert found["high"].tolist() == [36, 36, 36]
    opened = apply_policy(CLAIMS, "envelope", ClaimRules())
    assert opened["low"][:5].isna().all()
    assert opened["high"][:5].isna().all()
    assert opened["low"][5] == 5


def test_a_hierarchy_needs_names():
    with pytest.raises(ArgumentError, match="hierarchy="):
        apply_policy(CLAIMS, "hierarchy", ClaimRules())


def test_the_claims_given_are_left_alone():
    before = CLAIMS.copy()
    apply_policy(CLAIMS, "latest", ClaimRules())
    pd.testing.assert_frame_equal(CLAIMS, before)
