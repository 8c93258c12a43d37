import hashlib

from conflictstats.tidy.provenance import (
    Source,
    cite,
    sha256_file,
    sources_table,
    unique_sources,
)

SOURCE = Source(
    name="Invented list",
    publisher="A body",
    version="2",
    url="https://example.org",
    retrieved_at="2026-11-22",
)


def test_citation_is_made_of_what_is_known():
    assert SOURCE.cite() == "Invented list, version 2, A body, accessed 2026-11-22."
    assert Source(name="X").cite() == "X."
    assert SOURCE.replace(citation="As they say.").cite() == "As they say."


def test_bibtex():
    text = SOURCE.cite("bibtex")
    assert text.startswith("@misc{inventedlist,")
    assert "urldate = {2026-11-22}" in text
    assert SOURCE.replace(bibtex="@article{a}").cite("bibtex") == "@article{a}"
    assert Source(name="©").cite("bibtex").startswith("@misc{source,")


def test_attribution():
    assert SOURCE.attribution() == "Invented list, version 2, accessed 2026-11-22"
    assert Source(name="X").attribution() == "X"


def test_cite_takes_records_and_things_with_sources():
    class Result:
        sources = (SOURCE,)

    assert cite(SOURCE, Result()) == SOURCE.cite()
    assert unique_sources([SOURCE, SOURCE]) == (SOURCE,)
    assert sources_table([]).empty


def test_checksum(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc" * 100_000)
    assert sha256_file(path) == hashlib.sha256(b"abc" * 100_000).hexdigest()
