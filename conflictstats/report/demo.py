"""The report on the bundled claims: northwest Syria, December 2019 - March 2020."""

from __future__ import annotations

from pathlib import Path

from conflictstats.report.analysis import load_analysis
from conflictstats.report.run import Report, write_report

ANALYSIS = Path(__file__).with_name("demo.toml")


def run_demo(out: str | Path, *, progress: bool = False, cache: bool = True) -> Report:
    """Write the report on the bundled claims, by the same road as `run_analysis`.

    Parameters
    ----------
    out : path
        Folder of the report.
    progress : bool
        Show a progress bar, in a terminal only.
    cache : bool
        Keep what steps make, as `run_analysis` does.

    Returns
    -------
    Report

    Raises
    ------
    IntegrityError
        If the folder holds anything but an earlier report.
    """
    return write_report(
        load_analysis(ANALYSIS), Path(out), progress=progress, cache=cache
    )
