"""The command `conflictstats`: run, demo, check, sources, verify, notebook."""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

import conflictstats
from conflictstats.errors import ConflictStatsError, IntegrityError
from conflictstats.report.check_file import describe_reading, list_readers, read_any
from conflictstats.report.demo import run_demo
from conflictstats.report.run import Report, run_analysis
from conflictstats.report.verify import verify
from conflictstats.tables.descriptive import tabulate_frame

OK, DIFFERENT, WRONG, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; those of the process if absent.

    Returns
    -------
    int
        0 done; 1 files differ from their record; 2 wrong input; 130 interrupted.
    """
    arguments = _parser().parse_args(argv)
    try:
        run: Callable[[argparse.Namespace], int] = arguments.run
        return run(arguments)
    except ConflictStatsError as problem:
        print(f"conflictstats: {problem}", file=sys.stderr)
        return WRONG
    except OSError as problem:
        name = Path(str(problem.filename)).name if problem.filename else ""
        said = f"{problem.strerror or problem}{f': {name}' if name else ''}"
        print(f"conflictstats: {said}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("conflictstats: interrupted", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="conflictstats",
        description="Statistical analysis of conflict data, from a file to a report.",
    )
    version = f"conflictstats {conflictstats.__version__}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    run = commands.add_parser("run", help="carry out an analysis file")
    run.add_argument("analysis", metavar="ANALYSIS.toml")
    run.add_argument("--out", metavar="FOLDER", help="where the report goes")
    run.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="overrides",
        help="change a value, as in panels.deaths.every=week; may be repeated",
    )
    _add_cache(run)
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", help="write a report on the bundled data")
    demo.add_argument("--out", metavar="FOLDER", default="conflictstats-demo")
    _add_cache(demo)
    demo.set_defaults(run=_demo)

    check = commands.add_parser(
        "check", help="tell what of a file would be kept, repaired, set aside, and why"
    )
    check.add_argument("file", metavar="FILE")
    check.add_argument("--provider", help="reader to use, as in ucdp_ged")
    check.add_argument("--show", type=int, default=5, help="examples a rule")
    check.set_defaults(run=_check)

    sources = commands.add_parser("sources", help="list readers and bundled data")
    sources.set_defaults(run=_sources)

    verified = commands.add_parser(
        "verify",
        help="make a figure or report again from its record, and tell what differs",
    )
    verified.add_argument("path", metavar="FIGURE|FOLDER")
    verified.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="FILE",
        dest="inputs",
        help="a file the sources were read from; may be repeated",
    )
    verified.add_argument(
        "--script", metavar="FILE", help="the script that saved the figure: it is run"
    )
    verified.add_argument(
        "--no-rerun",
        action="store_false",
        dest="rerun",
        help="compare checksums only",
    )
    verified.set_defaults(run=_verify)

    notebook = commands.add_parser("notebook", help="open the lessons in JupyterLab")
    notebook.add_argument("--to", metavar="FOLDER", default="conflictstats-notebooks")
    notebook.set_defaults(run=_notebook)
    return parser


def _add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-cache",
        action="store_false",
        dest="cache",
        help="carry out every step, and keep none for the next run",
    )


def _run(arguments: argparse.Namespace) -> int:
    report = run_analysis(
        arguments.analysis,
        out=arguments.out,
        overrides=arguments.overrides,
        progress=True,
        cache=arguments.cache,
    )
    return _say_where(report)


def _demo(arguments: argparse.Namespace) -> int:
    return _say_where(run_demo(arguments.out, progress=True, cache=arguments.cache))


def _say_where(report: Report) -> int:
    print(f"Report: {report.page}")
    if report.kept:
        total = len(report.kept) + len(report.made)
        print(f"{len(report.kept)} of {total} steps were kept from an earlier run")
    print(f"{len(report.files)} files; check them with")
    print(f"  conflictstats verify {report.folder}")
    return OK


def _check(arguments: argparse.Namespace) -> int:
    reader, dataset = read_any(arguments.file, arguments.provider)
    print(describe_reading(reader, dataset, show=arguments.show))
    return OK


def _sources(arguments: argparse.Namespace) -> int:
    del arguments
    print(tabulate_frame(list_readers(), caption="Readers").to_text())
    bundled = conflictstats.list_datasets()[["name", "licence", "rows", "title"]]
    print()
    print(tabulate_frame(bundled, caption="Bundled data").to_text())
    return OK


def _verify(arguments: argparse.Namespace) -> int:
    found = verify(
        arguments.path,
        inputs=arguments.inputs,
        script=arguments.script,
        rerun=arguments.rerun,
    )
    print(found)
    return OK if found.same else DIFFERENT


def _notebook(arguments: argparse.Namespace) -> int:
    if importlib.util.find_spec("jupyterlab") is None:
        message = (
            "JupyterLab is not installed.\nHint: pip install 'conflictstats[notebook]'"
        )
        raise IntegrityError(message)
    folder = copy_notebooks(Path(arguments.to))
    print(f"Notebooks: {folder}")
    command = [sys.executable, "-m", "jupyterlab", str(folder)]
    # Our own interpreter with fixed words and one folder, no shell.
    return subprocess.run(command, check=False).returncode  # noqa: S603


def copy_notebooks(folder: Path) -> Path:
    """Copy the lessons into a folder; notebooks that are there already stay.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    IntegrityError
        If the installation lacks the lessons.
    """
    package = Path(str(resources.files("conflictstats")))
    # The wheel carries them inside the package, a checkout beside it.
    found = [p for p in (package, package.parent) if any(p.glob("notebooks/*.ipynb"))]
    if not found:
        message = (
            "The notebooks are missing from this installation.\n"
            "Hint: install conflictstats again."
        )
        raise IntegrityError(message)
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(found[0].glob("notebooks/*.ipynb")):
        if not (folder / notebook.name).exists():
            shutil.copyfile(notebook, folder / notebook.name)
    return folder


if __name__ == "__main__":  # pragma: no cover  (tested in a process of its own)
    raise SystemExit(main())
