import html.parser

import pandas as pd
import pytest

from conflictstats.tables.table import Table, latex


@pytest.fixture
def table():
    frame = pd.DataFrame(
        {
            "unit": ["A & B", "<script>"],
            "n": ["1,234", "5"],
            "first": ["2020-01-01", ""],
        }
    )
    return Table(frame, "Deaths_by unit", ("Source: x%.",), ("n",))


def test_text_is_aligned(table):
    lines = table.to_text().splitlines()
    assert lines[0] == "Deaths_by unit"
    assert lines[2].index(" n ") + 1 == lines[4].index("1,234") + 4
    assert lines[-1] == "Note: Source: x%."
    assert str(table) == repr(table) == table.to_text()


def test_html_escapes_every_cell_and_marks_kinds(table):
    text = table._repr_html_()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert '<td class="number">1,234</td>' in text
    assert '<td class="day">2020-01-01</td>' in text
    parser = html.parser.HTMLParser()
    parser.feed(text)
    plain = Table(table.frame).to_html()
    assert "<caption>" not in plain
    assert "note" not in plain


def test_latex_is_booktabs_and_escaped(table):
    text = table.to_latex()
    assert r"\begin{tabular}{lrl}" in text
    assert r"A \& B & 1,234 & 2020-01-01 \\" in text
    assert r"\caption{Deaths\_by unit}" in text
    assert text.count(r"\begin") == text.count(r"\end") == 2
    for rule in ("toprule", "midrule", "bottomrule"):
        assert f"\\{rule}" in text
    assert r"x\%." in text


def test_latex_without_words_is_the_tabular_alone(table):
    text = Table(table.frame).to_latex()
    assert text.startswith(r"\begin{tabular}")
    assert r"\smallskip" in Table(table.frame, "", ("n",)).to_latex()


def test_latex_keeps_line_breaks_and_special_signs_out():
    assert latex("a\n\\b{}~^") == (
        r"a \textbackslash{}b\{\}\textasciitilde{}\textasciicircum{}"
    )
    assert latex("−1 ≤ 2") == r"$-$1 $\leq$ 2"
