import io

import numpy as np
import pandas as pd
import pyarrow as pa

from conflictstats.sources._delimited import read_text
from conflictstats.sources._table import as_text, note, set_aside
from conflictstats.tidy.schema import QUARANTINE


def test_account_puts_everything_in_order_of_lines():
    table = read_text(io.BytesIO(b"id,n\n1,a\n2\n3,b\n"))
    table.note("file.id_as_float", column="id")
    q = table.quarantine()
    q.reject(np.array([False, True]), "id.missing", column="id")
    frame, rows = table.account(q)
    assert frame["rule_id"].to_list() == [
        "file.id_as_float",
        "row.too_few_fields",
        "id.missing",
    ]
    assert frame["raw"].iloc[2] == '{"id": "3", "n": "b"}'
    assert rows == {"rows_read": 3, "rows_kept": 1, "rows_quarantined": 2}
    # The file's text is let go of.
    assert table.raw(np.array([0])) == [{}]


def test_an_empty_account():
    table = read_text(io.BytesIO(b"id\n1\n"))
    frame, rows = table.account(table.quarantine())
    assert frame.empty
    assert rows["rows_read"] == 1


def test_renamed():
    table = read_text(io.BytesIO(b"ID,n\n1,a\n")).renamed({"ID": "id"})
    assert table.has("id")
    assert not table.has("ID")


def test_words_as_categories():
    words = pa.array(["x", None, "x"]).dictionary_encode()
    column = as_text(words)
    assert isinstance(column.dtype, pd.CategoricalDtype)
    assert column.isna().tolist() == [False, True, False]
    assert str(as_text(pa.chunked_array([["a"], ["b"]])).dtype) == "str"


def test_notes_and_lines_set_aside_follow_the_schema():
    both = [
        note("f", "file.hxl_line", "Said otherwise.", row=2),
        set_aside("f", [3], "row.nul_byte", ["x"]),
    ]
    for frame in both:
        assert frame.columns.to_list() == list(QUARANTINE.columns)
    assert both[0]["message"].item() == "Said otherwise."
    assert both[1]["action"].item() == "quarantined"
