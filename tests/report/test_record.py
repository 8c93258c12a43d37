import datetime
import json

import numpy as np
import pandas as pd
import pytest

import conflictstats
from conflictstats.errors import ArgumentTypeError
from conflictstats.report.record import (
    code_sha256,
    environment,
    gather_sources,
    portable,
    running_script,
    source_facts,
    to_json,
    write_bytes,
)
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source


def test_environment_names_what_decides_the_numbers():
    here = environment()
    assert here["conflictstats"] == conflictstats.__version__
    assert here["numpy"] == np.__version__
    assert {"python", "pandas", "scipy", "matplotlib"} <= set(here)


def test_code_checksum_is_stable():
    assert code_sha256() == code_sha256()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/home/someone/ged.csv", "ged.csv"),
        ("C:\\Users\\someone\\ged.csv", "ged.csv"),
        ("data/ged.csv", "data/ged.csv"),
        ("/", "/"),
        ("two\n/lines", "two\n/lines"),
        (pd.Timestamp("2020-03-04 12:00"), "2020-03-04"),
        (datetime.date(2020, 3, 4), "2020-03-04"),
        (np.int64(3), 3),
        (np.array([1.5]), [1.5]),
        ({"b", "a"}, ["a", "b"]),
        (None, None),
        (True, True),
        ({1: ("x",)}, {"1": ["x"]}),
        (object(), "builtins.object"),
    ],
)
def test_records_hold_no_folder_and_no_address(given, kept):
    assert portable(given) == kept


def test_path_objects_are_cut_to_their_names(tmp_path):
    assert portable(tmp_path / "x.csv") == "x.csv"


def test_script_is_a_name_with_its_checksum(tmp_path):
    script = tmp_path / "fig01.py"
    script.write_text("pass")
    said = running_script(script)
    assert said["script"] == "fig01.py"
    assert len(said["script_sha256"]) == 64
    assert running_script(tmp_path / "gone.py") == {"script": "gone.py"}


def test_script_of_an_interactive_session(monkeypatch):
    import sys

    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
    assert running_script() == {"script": "interactive"}


def test_sources_are_gathered_once_each():
    one, two = Source(name="A"), Source(name="B", version="1")
    dataset = Dataset(name="d", source_records=(one, two))
    assert gather_sources([dataset, one]) == (one, two)
    assert gather_sources(dataset) == (one, two)

    class Result:
        sources = (two,)

    assert gather_sources([Result()]) == (two,)
    with pytest.raises(ArgumentTypeError, match="got int"):
        gather_sources([3])


def test_facts_of_a_source_leave_out_what_is_empty():
    (facts,) = source_facts([Source(name="A", rows_read=0)])
    assert facts["rows_read"] == 0
    assert "url" not in facts


def test_json_is_utf8_and_refuses_nan():
    assert json.loads(to_json({"a": "é"})) == {"a": "é"}
    assert "é".encode() in to_json({"a": "é"})
    with pytest.raises(ValueError, match="JSON"):
        to_json({"a": float("nan")})


def test_written_bytes_have_the_checksum_returned(tmp_path):
    import hashlib

    assert write_bytes(tmp_path / "x", b"abc") == hashlib.sha256(b"abc").hexdigest()
    assert (tmp_path / "x").read_bytes() == b"abc"
