import json

import numpy as np
import pandas as pd

from conflictstats.tidy.quarantine import RULES, Quarantine


def make():
    raw = [{"id": "1"}, {"id": "2"}, {"id": "3"}]
    return Quarantine(
        "events", np.array([2, 3, 5]), lambda rows: [raw[i] for i in rows]
    )


def test_a_row_is_set_aside_once_with_its_line_and_raw_text():
    q = make()
    q.reject(np.array([False, False, True]), "date.missing", column="date")
    q.reject(
        np.array([True, False, True]),
        "count.negative",
        column="n",
        before=pd.Series(["-1", "2", "-3"]),
    )
    frame = q.to_frame()
    assert frame["row"].to_list() == [2, 5]
    assert frame["rule_id"].to_list() == ["count.negative", "date.missing"]
    assert json.loads(frame["raw"][1]) == {"id": "3"}
    assert frame["before"][0] == "-1"
    assert q.keep.tolist() == [False, True, False]
    assert q.rejected() == 2


def test_repairs_record_before_and_after_and_keep_the_row():
    q = make()
    q.repair(
        np.array([False, True, False]),
        "count.order",
        column="low",
        before=pd.Series([1, 9, 1]),
        after=pd.Series([1, 2, 1]),
    )
    row = q.to_frame().iloc[0]
    assert (row["before"], row["after"], row["action"]) == ("9", "2", "repaired")
    assert row["message"] == RULES["count.order"]
    assert q.keep.all()


def test_nothing_noted_is_an_empty_table():
    q = Quarantine("events", np.array([1]))
    q.reject(np.array([False]), "date.missing")
    q.repair(
        np.array([False]),
        "count.order",
        column="x",
        before=pd.Series([1]),
        after=pd.Series([1]),
    )
    assert q.to_frame().empty
    q.reject(np.array([True]), "date.missing", suggestion="ask", message="No day.")
    assert q.to_frame()["message"].to_list() == ["No day."]
