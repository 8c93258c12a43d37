import pytest

import conflictstats as cs
from conflictstats.sources._workbook import check_workbook
from tests.malformed import workbook, zipped


def test_sound_workbooks_pass():
    check_workbook("t.xlsx", workbook([["id", "deaths"], ["1", "2"]]))


def test_damage_is_said():
    with pytest.raises(cs.ConflictStatsError, match="cannot be read as a workbook"):
        check_workbook("t.xlsx", workbook([["id"]])[:100])


def test_a_full_sheet_is_no_bomb():
    # Thousands of cells may fill a large grid: only a few scattered ones may not.
    rows = "".join(f'<row><c r="A{i}"/><c r="J{i}"/></row>' for i in range(1, 3000))
    check_workbook("t.xlsx", zipped("xl/worksheets/sheet1.xml", rows.encode()))
