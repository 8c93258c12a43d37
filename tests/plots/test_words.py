import gc

import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.plots import words
from conflictstats.plots.words import alt_text, count_label, day_words, describe, number


@pytest.mark.parametrize(
    ("measure", "group", "label"),
    [
        ("killed", "all", "Reported deaths (minimum)"),
        ("injured", "civilians", "Reported civilian injuries (minimum)"),
        ("killed", "side_a", "Reported deaths, side a (minimum)"),
        ("displaced", "children", "Reported displaced people, children"),
        ("strikes", "all", "Reported strikes"),
        ("events", "all", "Reported events"),
    ],
)
def test_labels_promise_no_more_than_was_reported(measure, group, label):
    assert count_label(measure, group) == label


def test_numbers_and_days_do_not_depend_on_the_locale():
    assert number(1234567) == "1,234,567"
    assert number(1.2345) == "1.23"
    assert day_words(pd.Timestamp("2020-01-05")) == "5 January 2020"


def test_alt_text_gathers_each_description_once():
    figure = Figure()
    one, two, three = figure.subplots(1, 3)
    describe(one, "Left.")
    describe(two, "Right.")
    describe(three, "Left.")
    assert alt_text(figure) == "Left. Right."
    assert alt_text(Figure()) == ""


def test_descriptions_go_with_their_axes():
    gc.collect()  # what other tests left
    before = len(words._DESCRIPTIONS)
    ax = Figure().subplots()
    describe(ax, "Short-lived.")
    assert len(words._DESCRIPTIONS) == before + 1
    del ax
    gc.collect()
    assert len(words._DESCRIPTIONS) <= before
