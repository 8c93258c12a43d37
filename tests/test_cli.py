import subprocess
import sys
from pathlib import Path

import pytest

import conflictstats
from conflictstats import cli
from conflictstats.cli import DIFFERENT, INTERRUPTED, OK, WRONG, copy_notebooks, main
from conflictstats.errors import IntegrityError
from conflictstats.sources.bundled import data_folder

MINES = """
[analysis]
formats = ["svg"]

[[sources]]
name = "mines"
dataset = "coal_disasters"

[[panels]]
name = "yearly"
data = "mines"
every = "year"
measure = "events"
"""


@pytest.fixture
def analysis(tmp_path):
    path = tmp_path / "mines.toml"
    path.write_text(MINES)
    return path


def test_run_writes_and_says_where(analysis, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["run", str(analysis), "--out", str(out)]) == OK
    said = capsys.readouterr()
    assert str(out / "report.html") in said.out
    assert (out / "report.html").is_file()
    # The bar belongs to a terminal; here is none.
    assert said.err == ""
    assert main(["verify", str(out)]) == OK
    assert "same" in capsys.readouterr().out
    (out / "report.html").write_text("altered")
    assert main(["verify", str(out)]) == DIFFERENT
    assert "differs: report.html" in capsys.readouterr().out


def test_a_second_run_says_what_it_kept(analysis, tmp_path, capsys):
    arguments = ["run", str(analysis), "--out", str(tmp_path / "o")]
    assert main([*arguments, "--set", "analysis.seed=77"]) == OK
    capsys.readouterr()
    assert main([*arguments, "--set", "analysis.seed=77"]) == OK
    assert "3 of 3 steps were kept from an earlier run" in capsys.readouterr().out
    assert main([*arguments, "--no-cache"]) == OK
    assert "kept" not in capsys.readouterr().out


def test_set_changes_a_value(analysis, tmp_path, capsys):
    options = ["--set", "panels.yearly.every=quarter", "--set", "analysis.title=Pits"]
    assert main(["run", str(analysis), "--out", str(tmp_path / "o"), *options]) == OK
    assert "<h1>Pits</h1>" in (tmp_path / "o" / "report.html").read_text()
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "gone.toml"], "'gone.toml' cannot be read"),
        (["check", "gone.csv"], "no file 'gone.csv'"),
        (["verify", "gone.svg"], "no record beside"),
    ],
)
def test_wrong_input_is_told_without_a_traceback(arguments, says, capsys):
    assert main(arguments) == WRONG
    said = capsys.readouterr()
    assert says in said.err
    assert said.err.startswith("conflictstats: ")
    assert "Traceback" not in said.err
    assert said.out == ""


def test_an_unknown_key_is_told_with_the_nearest(analysis, capsys):
    analysis.write_text(MINES.replace("every", "eveery"))
    assert main(["run", str(analysis)]) == WRONG
    assert "did you mean 'every'" in capsys.readouterr().err


def test_trouble_with_files_is_told(monkeypatch, capsys):
    def fail(*_, **__):
        raise PermissionError(13, "Permission denied", "/somewhere/secret/out")

    monkeypatch.setattr(cli, "run_demo", fail)
    assert main(["demo"]) == WRONG
    assert capsys.readouterr().err == "conflictstats: Permission denied: out\n"

    def fail_bare(*_, **__):
        message = "disk gone"
        raise OSError(message)

    monkeypatch.setattr(cli, "run_demo", fail_bare)
    assert main(["demo"]) == WRONG
    assert capsys.readouterr().err == "conflictstats: disk gone\n"


def test_interruption_has_its_own_code(monkeypatch, capsys):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_demo", stop)
    assert main(["demo", "--out", "x"]) == INTERRUPTED
    assert "interrupted" in capsys.readouterr().err


def test_demo_uses_the_folder_given(monkeypatch, tmp_path, capsys):
    from conflictstats.report.run import Report

    seen = []

    def run_demo(out, *, progress, cache):
        seen.append((out, progress, cache))
        return Report(Path(out), ("report.html",))

    monkeypatch.setattr(cli, "run_demo", run_demo)
    assert main(["demo", "--out", str(tmp_path)]) == OK
    assert main(["demo", "--out", str(tmp_path), "--no-cache"]) == OK
    assert seen == [(str(tmp_path), True, True), (str(tmp_path), True, False)]
    capsys.readouterr()


def test_check_tells_what_would_be_kept(capsys):
    path = data_folder() / "idlib_2020" / "claims.csv"
    assert main(["check", str(path), "--show", "2"]) == OK
    said = capsys.readouterr().out
    assert said.startswith("Read with read_claims:")
    assert "688 of 688 rows kept" in said
    assert main(["check", str(path), "--provider", "acled"]) == WRONG
    assert "claims" in capsys.readouterr().err


def test_sources_lists_readers_and_bundled_data(capsys):
    assert main(["sources"]) == OK
    said = capsys.readouterr().out
    assert "read_acled" in said
    assert "rows may not be handed on" in said
    assert "idlib_2020" in said


def test_version_and_help(capsys):
    for option in ("--version", "--help"):
        with pytest.raises(SystemExit) as stopped:
            main([option])
        assert stopped.value.code == 0
    assert conflictstats.__version__ in capsys.readouterr().out
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2
    capsys.readouterr()


def test_notebooks_are_copied_once(monkeypatch, tmp_path):
    package = tmp_path / "conflictstats"
    (package / "notebooks").mkdir(parents=True)
    (package / "notebooks" / "01_first.ipynb").write_text("{}")
    monkeypatch.setattr(cli.resources, "files", lambda _: package)
    folder = copy_notebooks(tmp_path / "mine")
    (folder / "01_first.ipynb").write_text("my own work")
    copy_notebooks(tmp_path / "mine")
    assert (folder / "01_first.ipynb").read_text() == "my own work"
    monkeypatch.setattr(cli.resources, "files", lambda _: tmp_path / "a" / "b")
    with pytest.raises(IntegrityError, match="missing from this installation"):
        copy_notebooks(tmp_path / "other")


def test_notebook_opens_jupyterlab_on_the_copy(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda _: None)
    assert main(["notebook"]) == WRONG
    assert "pip install" in capsys.readouterr().err
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda _: True)
    monkeypatch.setattr(cli, "copy_notebooks", lambda folder: folder)
    ran = []

    def run(command, check):
        ran.append((command, check))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(cli.subprocess, "run", run)
    assert main(["notebook", "--to", str(tmp_path)]) == OK
    assert ran == [([sys.executable, "-m", "jupyterlab", str(tmp_path)], False)]
    capsys.readouterr()


def test_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "conflictstats.cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == f"conflictstats {conflictstats.__version__}"
