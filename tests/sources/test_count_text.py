from types import SimpleNamespace

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.sources._count_text import read_count


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0", 0, 0),
        ("12.0", 12, 12),
        ("1,234", 1234, 1234),
        ("1,234,567", 1234567, 1234567),
        ("12 345", 12345, 12345),
        ("12\u00a0345", 12345, 12345),
        ("٣", 3, 3),
        ("3-5", 3, 5),
        ("3 – 5", 3, 5),
        ("1,000-2,000", 1000, 2000),
    ],
)
def test_plain_numbers_and_ranges(text, low, high):
    read = read_count(text)
    assert (read.low, read.high) == (low, high)


@pytest.mark.parametrize("text", ["", "-", "NA", "Unknown", "not stated", "?"])
def test_words_for_no_number_are_unknown(text):
    assert read_count(text).qualifier == "unknown"


@pytest.mark.parametrize(
    "text",
    ["1.234", "1,23", "at least 11", "3-", "3-x", "12,3456", "1e3", "9" * 16],
)
def test_what_could_mean_something_else_is_not_read(text):
    assert read_count(text) is None


def read(*texts, parse=None):
    frame = pd.DataFrame({"day": "2021-05-01", "n": texts}, dtype="str")
    return cs.read_events(frame, {"date": "day", "killed": "n"}, parse=parse)


def bounds(low=None, best=None, high=None, **rest):
    return SimpleNamespace(low=low, best=best, high=high, **rest)


@pytest.mark.parametrize(
    ("answer", "qualifier"),
    [
        (bounds(2, 2, 2), "exact"),
        (bounds(2, None, 4), "range"),
        (bounds(2, 3, None, qualifier="at_least"), "at_least"),
        (bounds(qualifier="unknown"), "unknown"),
        (bounds(), "vague"),
        (bounds(2, 2, 2, qualifier="quite"), "exact"),
    ],
)
def test_what_a_parser_answers_is_taken_over(answer, qualifier):
    (count,) = read("some", parse=lambda _: answer).counts.to_dict("records")
    assert count["qualifier"] == qualifier
    assert count["raw_text"] == "some"
    assert count["rule_id"] == "parse"


def refuses(_):
    message = "no"
    raise ArgumentError(message)


@pytest.mark.parametrize(
    "parse",
    [refuses, lambda _: None, lambda _: bounds(rule="refused.date"), int],
)
def test_what_a_parser_does_not_read_is_set_aside(parse):
    ds = read("some", parse=parse)
    assert ds.counts.empty
    assert ds.quarantine["rule_id"].to_list() == ["count.unreadable"]


def test_a_parser_that_breaks_order_is_caught():
    ds = read("some", parse=lambda _: bounds(5, None, 3))
    assert ds.quarantine["rule_id"].to_list() == ["count.reversed"]


def test_fractions_are_kept_as_they_are():
    assert read("0.5").counts["best"].to_list() == [0.5]
