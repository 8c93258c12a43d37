"""What every `plot_*` promises: it draws on the axes it is given, with words and units.

A new picture registers a call in `plot_cases`; one without a case fails here.
"""

import html
import itertools
import json
import re
import sys
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import Collection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

import conflictstats as cs
from conflictstats.plots.palette import LIGHT
from conflictstats.plots.style import new_figure, use_style
from conflictstats.plots.words import alt_text
from tests.contract.plot_cases import PLOTS, WITH_UNKNOWN

SMALLEST = 6.0
"""Points: what a reader of a printed page can still read."""


@pytest.fixture(scope="module", params=PLOTS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def ax(name):
    """The picture, drawn once: for tests that only look at it."""
    with use_style():
        ax = Figure(layout="constrained").subplots()
        return PLOTS[name](ax=ax)


@pytest.fixture
def draw(name):
    return PLOTS[name]


def panes(ax):
    return [ax, *ax.child_axes]


def words(figure):
    """Every text that is seen, with its axes."""
    found = []
    for ax in itertools.chain.from_iterable(map(panes, figure.axes)):
        if not ax.get_visible():
            continue
        legend = ax.get_legend()
        found += [*ax.texts, ax.title, ax._left_title, ax._right_title]
        found += [*legend.get_texts(), legend.get_title()] if legend else []
        if ax.axison:
            found += [ax.xaxis.label, ax.yaxis.label]
            found += seen_ticks(ax.xaxis) + seen_ticks(ax.yaxis)
    return [t for t in found if t.get_visible() and t.get_text()]


def seen_ticks(axis):
    """Labels of the ticks that are drawn: those outside the view are not."""
    low, high = sorted(axis.get_view_interval())
    ticks = axis.get_major_ticks()
    return [
        label
        for tick in ticks
        for label in (tick.label1, tick.label2)
        if low - 1e-9 <= tick.get_loc() <= high + 1e-9
    ]


def test_every_public_plot_has_a_case():
    public = {name for name in dir(cs) if name.startswith("plot_")}
    assert {name.split(" ")[0] for name in PLOTS} == public


def test_the_axes_given_are_the_axes_returned(draw):
    figure = Figure(layout="constrained")
    ax = figure.subplots()
    assert draw(ax=ax) is ax
    assert figure.axes == [ax]
    assert any(one.has_data() or one.patches for one in panes(ax))


def test_only_the_axes_given_are_drawn_on(draw):
    one, other = Figure(layout="constrained").subplots(1, 2)
    draw(ax=one)
    assert not other.has_data()
    assert not other.child_axes


def test_without_axes_a_figure_is_made_and_pyplot_stays_closed(draw):
    assert draw().get_figure() is not None
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_axes_have_words(ax):
    said = [(one.get_xlabel(), one.get_ylabel()) for one in panes(ax)]
    assert any(x or y for x, y in said)
    assert not any("_" in text.get_text() for text in words(ax.get_figure()))


def test_no_word_promises_more_than_was_reported(ax):
    """Killed, toll and total are for the caller to say; counts of harm are minimums."""
    for text in words(ax.get_figure()):
        said = text.get_text().lower()
        assert not re.search(r"\b(killed|toll|totals?|score|casualties)\b", said), said
    for one in panes(ax):
        for label in (one.get_xlabel(), one.get_ylabel()):
            if re.search(r"\b(deaths|injuries)\b", label):
                assert label.startswith("Reported")
                assert "(minimum)" in label or "at least" in label


def test_settings_and_data_are_left_as_they_were(draw):
    before = dict(mpl.rcParams)
    draw()
    assert dict(mpl.rcParams) == before


def test_a_description_in_words_is_written_from_the_data(ax):
    said = alt_text(ax.get_figure())
    assert len(said) > 40
    assert re.search(r"\d", said), "no number of the data"
    assert said.endswith(".")
    assert "_" not in said
    assert "nan" not in said.lower()


def overlapping(texts):
    """Pairs of texts whose boxes share more than a pixel in both directions."""
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts]
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        tall = min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > 1 and tall > 1:
            yield one, other


# A single column; and the narrowest one, that of PLOS.
@pytest.mark.parametrize("width", [90, 66.8])
def test_every_word_is_legible_at_print_size(name, width):
    """At least six points, inside the page, and none on top of another."""
    with use_style():
        figure = new_figure(width)
        ax = figure.subplots()
        PLOTS[name](ax=ax)
        figure.draw_without_rendering()
        figure.draw_without_rendering()
        seen = words(figure)
        page = figure.bbox
        for text in seen:
            said = text.get_text()
            assert text.get_fontsize() >= SMALLEST, said
            box = text.get_window_extent()
            assert page.x0 - 1 <= box.x0, said
            assert box.x1 <= page.x1 + 1, said
            assert page.y0 - 1 <= box.y0, said
            assert box.y1 <= page.y1 + 1, said
        assert not list(overlapping(seen))


def contrast(one, other):
    def light(colour):
        c = np.array(to_rgb(colour))
        linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    a, b = sorted((light(one), light(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def test_labels_can_be_read_on_both_papers(draw):
    for theme in ("light", "dark"):
        with use_style(theme) as colours:
            ax = new_figure("single").subplots()
            draw(ax=ax)
            ax.get_figure().draw_without_rendering()
            for one in panes(ax):
                legend = one.get_legend()
                texts = [one.xaxis.label, one.yaxis.label, one.title]
                texts += [*one.get_xticklabels(), *one.get_yticklabels()]
                texts += legend.get_texts() if legend else []
                for text in texts:
                    if text.get_visible() and text.get_text():
                        assert contrast(text.get_color(), colours.paper) > 4.5


@pytest.mark.parametrize("name", WITH_UNKNOWN, scope="module", indirect=True)
def test_unknown_is_hatched_and_never_zero(ax):
    hatched = []
    for one in panes(ax):
        for kind in (Patch, Collection):
            found = one.findobj(lambda a, k=kind: isinstance(a, k) and a.get_hatch())
            hatched += [a for a in found if a.axes is one]
    assert any("/" in a.get_hatch() for a in hatched)
    legend = ax.get_legend()
    if legend is not None:
        assert "Unknown" in [t.get_text() for t in legend.get_texts()]


@pytest.mark.parametrize(
    "name", ["plot_series", "plot_series (line)"], scope="module", indirect=True
)
def test_no_line_runs_through_what_is_unknown(ax):
    [hatched] = [p for p in ax.patches if p.get_hatch()]
    begin, width = hatched.get_x(), hatched.get_width()
    for line in ax.lines:
        x = np.asarray(line.get_xdata(), dtype=float)
        y = np.asarray(line.get_ydata(), dtype=float)
        inside = (x > begin) & (x < begin + width)
        assert not (y[inside] == 0).any()
        if line.get_drawstyle() == "steps-post":
            assert np.isnan(y[x == begin]).all()


def test_files_say_what_is_seen_and_are_the_same_bytes_twice(name, tmp_path):
    source = cs.Source(name="Invented", version="1", retrieved_at="2026-11-22")
    written = [
        cs.save_figure(
            tmp_path / folder / "fig",
            lambda ax: PLOTS[name](ax=ax),
            sources=source,
            filters="none",
            formats=("svg",),
            title="A picture",
            script=__file__,
        )
        for folder in ("one", "two")
    ]
    one, two = (paths["svg"].read_text(encoding="utf-8") for paths in written)
    assert one == two
    record = json.loads(written[0]["json"].read_text(encoding="utf-8"))
    assert len(record["alt"]) > 40
    assert html.escape(record["alt"]) in one
    foot = "Source: Invented, version 1, accessed 2026-11-22; filters: none"
    assert record["attribution"].startswith(foot)


def test_nothing_warns_when_it_is_drawn(draw):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw().get_figure().draw_without_rendering()


def test_unknown_has_a_texture_of_its_own():
    from conflictstats.plots.axes import HATCH
    from conflictstats.plots.palette import HATCHES

    assert len(set(HATCHES)) == len(LIGHT.series)
    assert not any("/" in hatch for hatch in HATCHES)
    assert set(HATCH) == {"/"}
