import numpy as np
import pandas as pd
import pytest

from conflictstats.sources._reporting import (
    _STYLES,
    Reports,
    code_events,
    put_in_words,
    report,
)


@pytest.mark.parametrize(
    ("counted", "style", "text", "low", "best", "high"),
    [
        (12, None, "12", 12, 12, 12),
        (12, "at_least", "at least 10", 10, 10, None),
        (12, "more_than", "more than 10", 11, None, None),
        (10, "more_than", "more than 5", 6, None, None),
        (12, "about", "about 10", None, 10, None),
        (12, "nearly", "nearly 15", None, 15, 15),
        (64, "up_to", "up to 70", None, None, 70),
        (64, "range", "60-70", 60, None, 70),
        (5, "vague", "several", 3, None, None),
        (40, "vague", "dozens of people", 24, None, None),
        (240, "vague", "hundreds", 200, None, None),
        # Words that do not fit leave the bare number.
        (0, "at_least", "0", 0, 0, 0),
        (1, "more_than", "1", 1, 1, 1),
        (15, "vague", "15", 15, 15, 15),
    ],
)
def test_words_and_the_bounds_they_allow(counted, style, text, low, best, high):
    which = -1 if style is None else _STYLES.index(style)
    (row,) = put_in_words(np.array([counted]), np.array([which])).to_dict("records")
    assert row["quantity_text"] == text
    for name, value in (("low", low), ("best", best), ("high", high)):
        assert pd.isna(row[name]) if value is None else row[name] == value


def test_words_never_exclude_what_was_counted():
    counted = np.tile(np.arange(300), len(_STYLES))
    style = np.repeat(np.arange(len(_STYLES)), 300)
    words = put_in_words(counted, style)
    assert (words["low"].fillna(0) <= counted).all()
    assert (words["high"].fillna(10**6) >= counted).all()


def test_reporters_notice_count_and_delay_as_told(rng):
    killed = np.full(4_000, 10)
    made = report(
        rng,
        killed,
        reporters=2,
        detection=0.5,
        completeness=0.8,
        lag_days=3.0,
        vague=0.0,
    )
    assert abs(len(made.event) - 4_000) < 200
    assert abs(made.words["best"].mean() - 8) < 0.1
    # Whole days of an exponential delay: 1 / (exp(1/3) - 1).
    assert abs(made.lag.mean() - 1 / np.expm1(1 / 3)) < 0.2
    assert (np.diff(made.event) >= 0).all()


def coded(counted, styles, lags):
    which = [-1 if s is None else _STYLES.index(s) for s in styles]
    n = len(counted)
    words = put_in_words(np.array(counted), np.array(which))
    reports = Reports(np.zeros(n, int), np.arange(n), np.array(lags), words)
    (row,) = code_events(reports).to_dict("records")
    return row


def test_the_desk_takes_the_ends_and_the_latest_number():
    row = coded([9, 22, 33], [None, None, None], [0, 2, 1])
    assert (row["low"], row["best"], row["high"]) == (9, 22, 33)
    assert row["qualifier"] == "range"
    assert row["raw_text"] == "9; 33; 22"
    assert row["lag"] == 2


def test_an_open_end_stays_open():
    row = coded([11], ["at_least"], [0])
    assert pd.isna(row["high"])
    assert row["qualifier"] == "at_least"


def test_a_later_open_number_raises_the_upper_end():
    row = coded([9, 30], [None, "at_least"], [0, 1])
    assert (row["low"], row["best"], row["high"]) == (9, 30, 30)


def test_up_to_alone_gives_no_number():
    row = coded([4], ["up_to"], [0])
    assert (row["low"], row["high"]) == (0, 5)
    assert pd.isna(row["best"])
