import pytest

from conflictstats import ConflictStatsError
from conflictstats.sources._opened import column_names, is_hxl


def test_names_are_trimmed_and_unnamed_ones_numbered():
    assert column_names(["\ufeffid", " x ", ""], "f") == ("id", "x", "unnamed_3")


def test_a_name_twice_or_none_at_all():
    with pytest.raises(ConflictStatsError, match=r"'x' twice \(columns 1 and 3\)"):
        column_names(["x", "y", "x "], "f")
    with pytest.raises(ConflictStatsError, match="no header"):
        column_names(["", " "], "f")


@pytest.mark.parametrize(
    ("cells", "answer"),
    [
        (["#date+start", "", "#adm1 +name"], True),
        (["", ""], False),
        (["#date", "2020"], False),
        (["#1"], False),
    ],
)
def test_hxl(cells, answer):
    assert is_hxl(cells) == answer
