import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from conflictstats.errors import ArgumentError
from conflictstats.plots.style import (
    JOURNALS,
    MM,
    add_attribution,
    attribution_text,
    axes_or_new,
    figure_size,
    new_figure,
    use_style,
)
from conflictstats.tidy.provenance import Source


@pytest.mark.parametrize("journal", JOURNALS)
def test_presets_grow_with_the_columns_and_fit_the_page(journal):
    sizes = [figure_size(w, journal=journal) for w in ("single", "1.5", "double")]
    widths = [w for w, _ in sizes]
    assert widths == sorted(set(widths))
    assert all(h <= JOURNALS[journal].max_height for _, h in sizes)


def test_width_in_mm_and_height_are_taken_as_given():
    assert figure_size(120, height=55) == (120.0, 55.0)
    assert figure_size("double")[1] == 95.0


@pytest.mark.parametrize(
    ("width", "options", "says"),
    [
        ("singlle", {}, "did you mean 'single'"),
        ("single", {"journal": "sprenger"}, "did you mean 'springer'"),
        ("single", {"height": 900}, "from 10 to 240"),
        (5, {}, "from 20 to 1000"),
    ],
)
def test_sizes_that_no_journal_prints_are_refused(width, options, says):
    with pytest.raises(ArgumentError, match=says):
        figure_size(width, **options)


def test_figures_have_print_size_and_embedded_fonts():
    figure = new_figure("1.5", journal="elsevier", height=70)
    assert figure.get_size_inches() / MM == pytest.approx([140, 70])
    with use_style():
        assert mpl.rcParams["pdf.fonttype"] == 42
        assert mpl.rcParams["ps.fonttype"] == 42
        assert mpl.rcParams["svg.hashsalt"]
        smallest = min(
            mpl.rcParams[k] for k in ("font.size", "xtick.labelsize", "legend.fontsize")
        )
        assert smallest >= 6


def test_style_is_gone_after_its_context():
    before = dict(mpl.rcParams)
    with use_style("dark") as theme:
        assert mpl.rcParams["figure.facecolor"] == theme.paper
    assert dict(mpl.rcParams) == before


def test_axes_are_kept_or_made():
    ax = Figure().subplots()
    assert axes_or_new(ax) is ax
    assert axes_or_new(None).get_figure().get_size_inches()[0] / MM == pytest.approx(90)


def test_attribution_names_each_source_once_and_what_was_done():
    one = Source(name="A", version="1")
    text = attribution_text([one, one, Source(name="B")], changes="summed by month")
    assert text == "Sources: A, version 1; B; summed by month."
    assert attribution_text([]) == ""


def test_attribution_stands_below_everything_and_inside():
    with use_style():
        figure = new_figure()
        ax = figure.subplots()
        ax.set_xlabel("Date")
        text = add_attribution(figure, "Source: " + "a long name of a source, " * 8)
        figure.draw_without_rendering()
        foot = text.get_window_extent()
        label = ax.xaxis.get_label().get_window_extent()
    assert foot.y1 <= label.y0
    assert foot.x0 >= 0
    assert foot.y0 >= 0
    assert foot.x1 <= figure.bbox.x1
    assert "\n" in text.get_text()


def test_attribution_without_words_or_layout():
    assert add_attribution(Figure(), "") is None
    assert add_attribution(Figure(), "Source: A.").get_text() == "Source: A."


@pytest.mark.parametrize("awake", [True, False])
def test_a_backend_woken_inside_the_style_stays_awake(awake):
    with mpl.rc_context({"interactive": not awake}):
        with use_style():
            mpl.rcParams["interactive"] = awake
        assert mpl.rcParams["interactive"] is awake
