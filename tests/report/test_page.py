import base64
import html.parser
import re

import pandas as pd
import pytest

from conflictstats.report.page import TEMPLATE, TableOnPage, _facts, _in_words
from conflictstats.tables.table import Table
from conflictstats.tidy.panel import Panel


@pytest.fixture
def page(shared_report):
    return shared_report.page.read_text("utf-8")


class _Tags(html.parser.HTMLParser):
    VOID = ("meta", "img", "link", "br")

    def __init__(self):
        super().__init__()
        self.open, self.links, self.ids = [], [], []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.links += [v for k, v in attrs if k in ("href", "src")]
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_beside_it(page):
    tags = _Tags()
    tags.feed(page)
    assert not tags.open
    loaded = [u for u in tags.links if not u.startswith(("#", "figures/", "tables/"))]
    loaded = [u for u in loaded if "/" in u]
    assert all(u.startswith("data:image/svg+xml;base64,") for u in loaded)
    assert "<script" not in page
    assert "http://" not in re.sub(r"base64,[^\"]+", "", page)
    assert len(tags.ids) == len(set(tags.ids))
    inner = {u[1:] for u in tags.links if u.startswith("#")}
    assert inner <= set(tags.ids)


def test_figures_are_inside_with_their_words(page):
    found = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', page)
    assert len(found) == 5
    assert all(b"<svg" in base64.b64decode(data) for data, _ in found)
    assert found[0][1].startswith("Reported deaths (minimum): 24 periods")
    assert "<b>Figure 1.</b> Deaths &amp; the fit." in page


def test_text_is_escaped_and_in_paragraphs(page):
    assert "<title>Invented &lt;events&gt;</title>" in page
    assert "<p>One paragraph.</p>" in page
    assert "<p>Another.</p>" in page


def test_findings_methods_and_what_was_set_aside_are_told(page):
    assert 'class="finding' in page
    assert "dispersion:" in page
    assert "of 73 rows in the file, 72 were kept and 1 set aside" in page
    assert "date.unreadable" in page
    assert "an unknown count is never taken as zero" in page
    assert "conflictstats verify" in page
    assert "Further results" in page


def test_the_glance_gives_totals_with_their_range(page):
    said = re.search(r"<li>(Reported deaths by month.*?)</li>", page, re.S)[1]
    assert "2019-01-01 to 2020-12-31" in said
    assert re.search(r": \d+ \(\d+ to \d+\)\.$", said)
    assert re.search(r"by a factor of [\d.]+ \(95 % interval [\d.]+ to [\d.]+\)", page)


def test_what_is_known_is_said_and_no_more(work):
    work.made["monthly"] = Panel.from_frame(
        pd.DataFrame({"m": ["2020-01-01"], "best": [3], "high": [None]}),
        every="month",
        time="m",
    )
    work.made["by_country"] = Panel.from_frame(
        pd.DataFrame({"m": ["2020-01-01"], "best": [None]}), every="month", time="m"
    )
    one, other, *_ = _facts(work)
    assert one.endswith("2020-01-31: at least 3.")
    assert other.endswith("nothing is known.")


def test_it_reads_on_a_phone_and_prints():
    style = TEMPLATE.read_text(encoding="utf-8")
    assert 'name="viewport"' in style
    assert "@media print" in style
    assert "overflow-x: auto" in style


def test_long_tables_are_cut_on_the_page_only():
    table = Table(pd.DataFrame({"n": [str(i) for i in range(100)]}), "T")
    text = str(TableOnPage("t", table).item(1)["html"])
    assert "The first 60 of 100 rows" in text
    assert "<td>59</td>" in text
    assert "<td>60</td>" not in text


def test_a_ratio_is_put_in_words():
    row = {"term": "rate_ratio_per_year", "said": "North: rate ratio per year"}
    row |= {"estimate": 1.2, "conf_low": 1.1, "conf_high": 1.31, "conf_level": 0.95}
    said = _in_words(row, "month")
    assert said == (
        "North: from one year to the next reported counts change by a factor of 1.20 "
        "(95 % interval 1.10 to 1.31)."
    )
    row |= {"term": "rate_ratio_per_period", "conf_low": 0.9, "said": "x"}
    assert "From one month to the next" in _in_words(row, "month")
    assert "no rise or fall can be told from chance" in _in_words(row, "month")
    row |= {"term": "break_1", "said": "break 1", "conf_level": pd.NA}
    assert _in_words(row, "month") == "break 1: 1.20 (0.90 to 1.31)."
