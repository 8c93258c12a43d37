import re

import pytest

import conflictstats as cs
from conflictstats.report.bibliography import _entries, bibtex_entries, papers_named
from conflictstats.report.verbs import paper_references


@pytest.mark.parametrize(
    ("reference", "papers"),
    [
        ("Newey and West (1987), Econometrica 55(3).", ["newey1987"]),
        ("Hawkes, A. (1971). Spectra of processes. Biometrika 58.", ["hawkes1971"]),
        ("Höhle and an der Heiden (2014), Biometrics 70(4).", ["hohle2014"]),
        ("Johnson et al. (2011), Science 333, 81-84.", ["johnson2011"]),
        (
            "Hirsch, Slack and Smith (1982) and Hirsch and Slack (1984), Water 18.",
            ["hirsch1982", "hirsch1984"],
        ),
    ],
)
def test_papers_get_the_entry_that_stands_in_the_file(reference, papers):
    keys = [re.match(r"@\w+\{(\w+),", e)[1] for e in bibtex_entries(reference)]
    assert keys == papers
    assert all("title = {" in e for e in bibtex_entries(reference))


def test_a_paper_that_is_not_in_the_file_is_written_as_it_stands():
    (entry,) = bibtex_entries("Nobody & Else (1901), Annals of 5 %.")
    assert entry.startswith("@misc{nobody1901,")
    assert r"Nobody \& Else (1901), Annals of 5 \%." in entry
    assert bibtex_entries("A codebook without a year.") == []
    assert papers_named("(1987).") == []


def test_every_entry_is_whole():
    assert len(_entries()) > 30
    for key, entry in _entries().items():
        assert entry.count("{") == entry.count("}")
        assert f"year = {{{key[-4:]}}}" in entry
        assert "author = {" in entry


def test_the_papers_of_every_model_can_be_cited():
    for name in dir(cs):
        if name.startswith("fit_"):
            for reference in paper_references(getattr(cs, name)):
                assert bibtex_entries(reference), (name, reference)
