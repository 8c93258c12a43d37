"""The data sets that come with the package."""

from __future__ import annotations

import csv
import functools
import json
from importlib import resources
from pathlib import Path
from typing import Any, cast

import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.errors import IntegrityError
from conflictstats.sources.claims import read_claims
from conflictstats.sources.simulated import NAME
from conflictstats.sources.tabular import read_events
from conflictstats.tidy.coverage import STATED, Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source, sha256_file
from conflictstats.tidy.schema import EVENTS

DESCRIPTOR = "datapackage.json"

_IDLIB = Source(
    name="Idlib 2020 claims",
    publisher="conflictstats",
    version="1",
    licence="CC0-1.0",
    may_redistribute=True,
    citation="Idlib crisis, December 2019 - March 2020: reported counts, claim by "
    "claim (2026), version 1, bundled with conflictstats. CC0-1.0.",
    bibtex="@misc{idlib2020claims,\n"
    "  title = {Idlib crisis, December 2019 - March 2020: reported counts, claim by "
    "claim},\n"
    "  year = {2026},\n"
    "  version = {1},\n"
    "  note = {Bundled with conflictstats, CC0-1.0}\n}",
    definition="One row is one assertion of a quantity by one claimant in one "
    "publication, kept as printed",
    inclusion="Public reporting on northwest Syria that could be read, with the "
    "address where the figure is printed; heavy on 1-4 March and 15-23 January 2020 "
    "and on English reprints",
    coverage="None: where no claim speaks, nothing is known",
)

_COAL = Source(
    name="Coal-mining disasters",
    publisher="Biometrika",
    version="Jarrett 1979",
    url="https://doi.org/10.1093/biomet/66.1.191",
    licence="CC0-1.0",
    may_redistribute=True,
    citation="R. G. Jarrett (1979), A note on the intervals between coal-mining "
    "disasters. Biometrika 66(1), 191-193.",
    bibtex="@article{jarrett1979,\n"
    "  author = {Jarrett, R. G.},\n"
    "  title = {A note on the intervals between coal-mining disasters},\n"
    "  journal = {Biometrika},\n"
    "  volume = {66},\n"
    "  number = {1},\n"
    "  pages = {191--193},\n"
    "  year = {1979},\n"
    "  doi = {10.1093/biomet/66.1.191}\n}",
    definition="Explosions in British coal mines that killed ten or more",
    inclusion="All on record",
    coverage="Britain, 15 March 1851 to 22 March 1962",
)


_SIMULATED = Source(
    name="Simulated conflict",
    publisher="conflictstats",
    version="1",
    licence="CC0-1.0",
    may_redistribute=True,
    citation="Simulated conflict, version 1: made by conflictstats.simulate_events "
    "with numpy.random.default_rng(2020); no real event.",
    definition="Simulated deaths in simulated attacks; nothing here happened",
    inclusion="Events noticed by at least one of three simulated reporters",
    coverage="Both sides, every day from 2020-01-01 to 2021-12-31",
)


@functools.cache
def data_folder() -> Path:
    """Return the folder of the bundled data, in a checkout or an installed wheel.

    Raises
    ------
    IntegrityError
        If the installation lacks it.
    """
    package = Path(str(resources.files("conflictstats")))
    # The wheel carries the folder inside the package, a checkout beside it.
    for folder in (package / "data", package.parent / "data"):
        if (folder / DESCRIPTOR).is_file():
            return folder
    message = (
        "The bundled data are missing from this installation.\n"
        "Hint: install conflictstats again."
    )
    raise IntegrityError(message)


@functools.cache
def _descriptor() -> dict[str, Any]:
    text = (data_folder() / DESCRIPTOR).read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def bundled_hashes() -> set[str]:
    """Return the SHA-256 of every bundled file, as the descriptor has them.

    Examples
    --------
    >>> all(len(digest) == 64 for digest in bundled_hashes())
    True
    """
    return {str(r["hash"]).removeprefix("sha256:") for r in _descriptor()["resources"]}


def _path(resource: str) -> Path:
    """Return the path of a resource whose bytes are as the descriptor says."""
    entry = next(r for r in _descriptor()["resources"] if r["name"] == resource)
    path = data_folder() / str(entry["path"])
    digest = f"sha256:{sha256_file(path)}"
    if digest != entry["hash"]:
        message = (
            f"{entry['path']} differs from its checksum: {digest}, not "
            f"{entry['hash']}.\nHint: the file was changed; restore it, or run "
            "`python data/make_datapackage.py` if the change is meant."
        )
        raise IntegrityError(message)
    return path


def list_datasets() -> pd.DataFrame:
    """List the data sets that come with the package.

    Returns
    -------
    DataFrame
        name, title, rows, licence, description; a row a data set.

    Examples
    --------
    >>> list_datasets()["name"].to_list()
    ['idlib_2020', 'coal_disasters', 'simulated_conflict']
    """
    entries = {r["name"]: r for r in _descriptor()["resources"]}
    rows = [
        {
            "name": d["name"],
            "title": d["title"],
            "rows": entries[d["resource"]]["rows"],
            "licence": entries[d["resource"]]["licenses"][0]["name"],
            "description": d["description"],
        }
        for d in _descriptor()["datasets"]
    ]
    return pd.DataFrame(rows)


def load_dataset(name: str) -> Dataset:
    """Return a data set that comes with the package.

    Parameters
    ----------
    name : str
        One of those `list_datasets` names.

    Returns
    -------
    Dataset
        With its source, licence and codebook's definitions.

    Raises
    ------
    ArgumentError
        If there is no such data set.
    IntegrityError
        If a file differs from its checksum.

    Examples
    --------
    >>> ds = load_dataset("idlib_2020")
    >>> len(ds.counts), len(ds.events)
    (688, 39)
    """
    check_one_of(name, "name", _LOADERS)
    return _LOADERS[name]()


def _load_idlib() -> Dataset:
    return read_claims(
        _path("idlib_2020_claims"),
        links=_path("idlib_2020_event_links"),
        series=_path("idlib_2020_series"),
        dataset="idlib_2020",
        source=_IDLIB,
    )


def _load_coal() -> Dataset:
    path = _path("coal_disasters")
    days = pd.read_csv(path, dtype="str")
    events = pd.DataFrame(
        {
            "event_id": "coal_disasters:" + days["event_id"],
            "dataset": "coal_disasters",
            "dataset_version": _COAL.version,
            "date_start": pd.to_datetime(days["date"], format="%Y-%m-%d"),
            "date_precision": "day",
            "country": "United Kingdom",
            "country_iso3": "GBR",
            "event_class": "other",
            "source_class": "coal-mining disaster",
        }
    )
    events["date_end"] = events["date_start"]
    yearly = pd.read_csv(_path("coal_disasters_yearly"))
    n = len(events)
    source = _COAL.replace(
        sha256=sha256_file(path), rows_read=n, rows_kept=n, rows_quarantined=0
    )
    return Dataset(
        name="coal_disasters",
        events=EVENTS.conform(events),
        source_records=(source,),
        # The yearly table counts 1851 and 1962 as whole years, as everybody has since.
        coverage=Coverage.of("1851-01-01", "1962-12-31", basis=STATED),
        extras={"yearly": yearly},
    )


def _load_simulated() -> Dataset:
    path = _path(NAME)
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    coverage = Coverage.of("2020-01-01", "2021-12-31", basis=STATED)
    ds = read_events(
        path,
        {name: name for name in names},
        dataset=NAME,
        source=_SIMULATED,
        coverage=coverage,
    )
    numbers = dict.fromkeys(("low", "best", "high"), "Int64")
    extras = {
        "claims": pd.read_csv(_path(f"{NAME}_claims"), dtype=numbers),
        "claim_links": pd.read_csv(_path(f"{NAME}_claim_links"), dtype={0: "str"}),
        "truth": pd.read_csv(_path(f"{NAME}_truth"), dtype={0: "str", 4: "str"}),
        "parameters": pd.read_csv(_path(f"{NAME}_parameters")),
    }
    for name in ("event_id", "parent_id"):
        extras["truth"][name] = f"{NAME}:" + extras["truth"][name]
    events = ds.events.assign(
        event_class="battle",
        source_class="simulated attack",
        place_precision="point",
        dyad="Government - Opposition",
    )
    counts = ds.counts.assign(unit="people")
    return ds.replace(events=events, counts=counts, extras=extras)


_LOADERS = {
    "idlib_2020": _load_idlib,
    "coal_disasters": _load_coal,
    NAME: _load_simulated,
}
