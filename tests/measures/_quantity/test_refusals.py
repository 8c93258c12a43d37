"""What is written as a number and is no count."""

import pytest

from conflictstats.measures.quantities import parse_quantity


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("9/11", "date"),
        ("27/02/2020", "date"),
        ("2020-02-27", "date"),
        ("15 May", "date"),
        ("May 15", "date"),
        ("15th of May", "date"),
        ("on February 1", "date"),
        ("May 15, 2020", "date"),
        ("in May 2020", "date"),
        ("in 2019", "date"),
        ("since 2011", "date"),
        ("between 2011 and 2019", "date"),
        ("2011-2019", "date"),
        ("15 de mayo", "date"),
        ("15. Mai", "date"),
        ("15 Mayıs", "date"),
        ("15 мая", "date"),
        ("١٥ مايو", "date"),
        ("2 p.m.", "time"),
        ("14:30", "time"),
        ("14h30", "time"),
        ("5 o'clock", "time"),
        ("14 Uhr", "time"),
        ("الساعة 5", "time"),
        ("(36)", "age"),
        ("aged 36", "age"),
        ("36 years old", "age"),
        ("36-year-old", "age"),
        ("between the ages of 5 and 7", "age"),
        ("36 ans", "age"),
        ("36 yaşında", "age"),
        ("36 лет", "age"),
        ("36 років", "age"),
        ("48 hours", "duration"),
        ("three days", "duration"),
        ("several weeks", "duration"),
        ("a day", "rate"),
        ("3-4 days", "duration"),
        ("20th century", "duration"),
        ("5 km", "measurement"),
        ("122mm", "measurement"),
        ("$5 million", "money"),
        ("5 million dollars", "money"),
        ("93%", "percentage"),
        ("93 percent", "percentage"),
        ("90-95%", "percentage"),
        ("%93", "percentage"),
        ("93% of the 200 dead", "percentage"),
        ("Resolution 2254", "label"),
        ("46th Brigade", "label"),
        ("No. 5", "label"),
        ("Unit 8200", "label"),
        ("Idlib 12", "label"),
        ("le 12", "date"),
        ("20/40", "ratio"),
        ("-5", "negative"),
        ("5x", "code"),
        ("3.14", "fraction"),
        ("12 per day", "rate"),
        ("two each", "rate"),
        ("on average 12", "rate"),
    ],
)
@pytest.mark.parametrize("policy", ["literal", "default", "acled"])
def test_is_refused(phrase, reason, policy):
    quantity = parse_quantity(phrase, policy)
    assert quantity.rule == f"refused.{reason}"
    assert quantity.qualifier == "unknown"
    assert (quantity.low, quantity.best, quantity.high) == (None, None, None)


@pytest.mark.parametrize(
    ("phrase", "count"),
    [
        ("12 killed on 15 May", 12),
        ("12 killed on 15 May 2020", 12),
        ("12 killed in 48 hours", 12),
        ("12 killed at 14:30", 12),
        ("12 people aged 5 to 70", 12),
        ("12 soldiers (36)", 12),
        ("two boys, 9 and 11 years old", 2),
        ("a 36-year-old man", 1),
        ("12 soldiers of the 46th Brigade", 12),
        ("2011 people", 2011),
        ("31 people", 31),
        ("12 (93%)", 12),
    ],
)
def test_a_count_beside_it_is_still_read(phrase, count):
    assert parse_quantity(phrase, "literal").best == count
