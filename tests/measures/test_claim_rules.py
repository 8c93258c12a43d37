"""Which claims speak, which are replaced, what each weighs."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.measures.claim_rules import (
    ClaimRules,
    claim_weights,
    prepare_claims,
    rounding_unit,
    speakers,
)
from conflictstats.measures.claim_table import gather_claims

RULES = ClaimRules()


def claims(rows, links=None):
    """Build prepared claims from (id, claimant, day printed, low, high, more)."""
    frame = pd.DataFrame(
        [
            {
                "claim_id": i,
                "claimant": who,
                "report_date": printed,
                "measure": "killed",
                "population": "soldiers_turkey",
                "low": low,
                "high": high,
                "event_date_start": "2020-02-27",
                "event_date_end": "2020-02-27",
                "scope": "incident",
                **more,
            }
            for i, who, printed, low, high, more in rows
        ]
    )
    return gather_claims(frame, links)


def linked(*pairs):
    return pd.DataFrame(pairs, columns=["claim_id", "event_id", "relation"])


TOLLS = [
    ("a", "Governor", "2020-02-27", 9, 9, {}),
    ("b", "Governor", "2020-02-27", 22, 22, {}),
    ("c", "Turkey (Governor)", "2020-02-28", 33, 33, {}),
    ("d", "Monitor", "2020-02-28", 34, None, {}),
    ("e", "not stated", "2020-02-29", 34, 34, {}),
    ("f", "President", None, 36, 36, {}),
]
LINKS = linked(
    ("a", "E", "first_report"),
    ("b", "E", "update"),
    ("c", "E", "update"),
    ("d", "E", "rival"),
    ("e", "E", "update"),
    ("f", "E", "later_higher"),
)


def status(found):
    return dict(zip(found["claim_id"], found["status"], strict=True))


def test_a_later_toll_of_one_voice_replaces_the_earlier():
    found = prepare_claims(claims(TOLLS, LINKS), RULES)
    assert status(found) == {
        "a": "superseded",
        "b": "superseded",
        "c": "used",
        "d": "used",
        "e": "used",
        "f": "used",
    }
    assert found["superseded_by"].tolist()[:3] == ["b", "c", ""]
    assert "c" in found["reason"][1]


def test_who_defers_is_one_voice():
    rules = ClaimRules(defers={"Governor": "Monitor"})
    found = prepare_claims(claims(TOLLS, LINKS), rules)
    assert status(found)["c"] == "superseded"
    assert speakers(claims(TOLLS), rules).tolist()[:5] == ["Monitor"] * 4 + [""]


def test_a_total_of_the_same_box_is_replaced_by_a_later_day_only():
    box = {"scope": "daily_total"}
    rows = [
        ("a", "Monitor", "2020-02-27", 12, 12, box),
        ("b", "Monitor", "2020-02-28", 22, 22, box),
        ("c", "Monitor", "2020-02-28", 23, 23, box),
        ("d", "Office", "2020-02-28", 20, 20, box),
    ]
    found = prepare_claims(claims(rows), RULES)
    assert status(found) == {
        "a": "superseded",
        "b": "used",
        "c": "used",
        "d": "used",
    }


def test_the_same_statement_in_other_words_replaces_nothing():
    rows = [
        ("a", "Ministry", "2020-02-27", 5, 5, {}),
        ("b", "Ministry", "2020-02-27", 5, None, {}),
    ]
    links = linked(("a", "E", "first_report"), ("b", "E", "modality_changed"))
    assert set(prepare_claims(claims(rows, links), RULES)["status"]) == {"used"}


def test_a_column_may_name_what_replaces_a_claim():
    rows = [("a", "", "2020-02-27", 5, 5, {"superseded_by": "b"})]
    found = prepare_claims(claims(rows), RULES)
    assert status(found) == {"a": "superseded"}


def test_links_tell_how_a_claim_stands_to_its_event():
    relations = [
        ("a", "E", "rival"),
        ("b", "E", "late_death"),
        ("c", "E", "wider_scope"),
        ("d", "E", "retaliation"),
        ("e", "E", "disjoint_same_day"),
        ("f", "E", "derived_sum_with_F"),
    ]
    found = prepare_claims(claims(TOLLS, linked(*relations)), RULES)
    assert found["event_key"].tolist() == ["E", "E", "", "E retaliation", "E e", ""]
    assert found["event_role"].tolist() == ["own", "within", "", "own", "own", ""]


def test_part_of_an_event_is_no_toll_of_it():
    rows = [
        ("a", "Governor", "2020-02-28", 29, 29, {}),
        ("b", "Governor", "2020-02-28", 7, 7, {"part_of": "a"}),
    ]
    links = linked(("a", "E", "update"), ("b", "E", "update"))
    found = prepare_claims(claims(rows, links), RULES)
    assert found["event_role"].tolist() == ["own", "within"]
    assert set(found["status"]) == {"used"}


@pytest.mark.parametrize(
    ("low", "high", "more", "reason"),
    [
        (4, 4, {"scope": "stock"}, "stock"),
        (93, 93, {"unit": "percent"}, "share"),
        (None, None, {"best": 93}, "bound nothing"),
        (9, 4, {}, "above"),
        (4, 4, {"event_date_start": "2020-03-09"}, "ends before"),
        (4, 4, {"event_date_start": None, "event_date_end": None}, "neither"),
    ],
)
def test_claims_that_cannot_speak_say_why(low, high, more, reason):
    found = prepare_claims(claims([("a", "Office", None, low, high, more)]), RULES)
    assert found["status"][0] == "not used"
    assert reason in found["reason"][0]


def test_a_number_whose_meaning_was_changed_is_not_used():
    links = linked(("a", "E", "measure_changed"))
    found = prepare_claims(claims([TOLLS[0]], links), RULES)
    assert "passed on" in found["reason"][0]


def test_about_may_be_given_a_range():
    row = ("a", "Office", None, None, None, {"best": 187})
    found = prepare_claims(claims([row]), ClaimRules(about=0.05))
    assert (found["low"][0], found["high"][0]) == (178, 196)
    round_row = ("a", "Office", None, None, None, {"best": 60_000})
    found = prepare_claims(claims([round_row]), ClaimRules(about=0.01))
    assert (found["low"][0], found["high"][0]) == (55_000, 65_000)


def weights(kind):
    found = prepare_claims(claims(TOLLS, LINKS), RULES)
    found["quantity"] = "toll"
    used = found[found["status"] == "used"]
    return claim_weights(used, ClaimRules(weights=kind)).tolist()


def test_weights():
    assert weights("equal") == [1, 1, 1, 1]
    assert weights("claimant") == [1, 1, 1, 1]
    assert weights("corroboration") == [1, 1, 1, 1]
    assert weights("latest") == [1, 1, 10, 1]
    assert weights({"Monitor": 3, "Governor": 2}) == [2, 3, 1, 1]


def test_a_busy_claimant_weighs_less_a_claim():
    found = prepare_claims(claims(TOLLS), RULES)
    found["quantity"] = "toll"
    each = claim_weights(found, ClaimRules(weights="claimant"))
    assert each[:3].tolist() == pytest.approx([1 / 3] * 3)
    found["low"] = found["high"] = 34
    several = claim_weights(found, ClaimRules(weights="corroboration"))
    assert several.tolist() == [4.0] * 6


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"weights": "loud"}, ArgumentError, "`weights`"),
        ({"weights": {"SOHR": 0}}, ArgumentError, "SOHR"),
        ({"defers": "SOHR"}, ArgumentTypeError, "`defers`"),
        ({"about": 2}, ArgumentError, "`about`"),
        ({"max_conflicts": 1.5}, ArgumentError, "`max_conflicts`"),
    ],
)
def test_faults_are_named(options, error, said):
    with pytest.raises(error, match=said):
        ClaimRules(**options)


def test_bundled_claims_are_judged():
    found = prepare_claims(gather_claims(cs.load_dataset("idlib_2020")), RULES)
    by_id = found.set_index("claim_id")
    assert by_id.loc[["T40", "T41", "T42", "T45"], "status"].eq("superseded").all()
    assert by_id.loc["T45", "superseded_by"] == "T49"
    assert by_id.loc[["T50", "T51", "T53", "T57"], "status"].eq("used").all()
    assert by_id.loc["V52", "voice"] == "White Helmets volunteer"
    assert by_id.loc["N25", "status"] == "not used"


def test_the_unit_of_a_round_number():
    assert rounding_unit(0) == 1
    assert rounding_unit(961_300) == 100
    assert np.isfinite(rounding_unit(7))
