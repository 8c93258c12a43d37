import numpy as np

from conflictstats.numerics.text_hashes import hash_texts, read_ids
from tests.numerics.test_plain_cells import column


def hashes(*texts):
    offsets = np.cumsum([0, *(len(t) for t in texts)])
    return hash_texts(np.frombuffer("".join(texts).encode(), dtype="uint8"), offsets)


def test_texts_have_hashes_of_their_own():
    found = hashes(*[f"ged:{i}" for i in range(100_000)])
    assert len(np.unique(found)) == 100_000
    assert hashes("a", "b")[1] == hashes("b")[0]
    assert len(np.unique(hashes("", "a", "aa", "ab", "ba"))) == 5


def test_every_bit_depends_on_every_text():
    # Of good 64-bit hashes half the bits differ; 3.5 standard errors of 2,000 pairs.
    found = hashes(*[str(10**6 + i) for i in range(2001)])
    differ = np.unpackbits((found[1:] ^ found[:-1]).view("uint8")).reshape(2000, 64)
    assert abs(differ.mean() - 0.5) < 0.01
    assert np.abs(differ.mean(axis=0) - 0.5).max() < 3.5 * 0.5 / 2000**0.5 * 1.3


def test_identifiers_are_those_of_the_reader():
    texts = ["182027", "182027.0", "182027.000", "0101", "UTO1.0", "1.5", "7."]
    refused = ["a b", "é", '"a""b"', '""', " 1", "1.0 "]
    data, spans, plain = column(*texts, *refused)
    found = read_ids(data, spans, plain, np.frombuffer(b"x:", dtype="uint8"))
    assert plain.tolist() == [True] * len(texts) + [False] * len(refused)
    named = ["182027", "182027", "182027", "0101", "UTO1.0", "1.5", "7."]
    assert found[: len(texts)].tolist() == hashes(*[f"x:{n}" for n in named]).tolist()
    assert not found[len(texts) :].any()
