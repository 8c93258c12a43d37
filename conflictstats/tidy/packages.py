"""A data set as one HXL-tagged table, or as a Frictionless data package."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from conflictstats.glossary import GLOSSARY
from conflictstats.tidy.export import (
    check_licence,
    file_mode,
    neutralise,
    write_atomically,
    write_reason,
    write_tables,
)
from conflictstats.tidy.provenance import sha256_file, unique_sources
from conflictstats.tidy.schema import ACTORS, COUNTS, EVENTS, QUARANTINE, SOURCES

if TYPE_CHECKING:
    from conflictstats.tidy.dataset import Dataset

# Hashtags of the HXL 1.1 dictionary; other columns are #meta with their own name.
_TAGS = {
    "event_id": "#event+id",
    "event_class": "#event+type",
    "source_class": "#event+type+original",
    "conflict": "#event+conflict",
    "dyad": "#event+dyad",
    "date_start": "#date+start",
    "date_end": "#date+end",
    "period_start": "#date+start+period",
    "period_end": "#date+end+period",
    "as_of": "#date+reported",
    "last_modified": "#date+updated",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "place": "#loc+name",
    "country": "#country+name",
    "country_iso3": "#country+code+v_iso3",
    "country_gw": "#country+code+v_gleditsch_ward",
    "admin1": "#adm1+name",
    "admin2": "#adm2+name",
    "measure": "#indicator+name",
    "group": "#indicator+group",
    "kind": "#indicator+kind",
    "low": "#indicator+value+low",
    "best": "#indicator+value+best",
    "high": "#indicator+value+high",
    "unit": "#indicator+unit",
    "notes": "#description",
}
_TYPES = {
    "Int64": "integer",
    "int64": "integer",
    "float64": "number",
    "Float64": "number",
    "count": "number",
    "boolean": "boolean",
    "bool": "boolean",
}
# Tables that hold references to the events.
_REFER = {"actors", "counts"}


def hxl_tags(columns: list[str]) -> list[str]:
    """Return the HXL hashtag of each column.

    Parameters
    ----------
    columns : list of str
        Columns of the tidy tables, or of the provider.

    Examples
    --------
    >>> hxl_tags(["country", "best", "claimant"])
    ['#country+name', '#indicator+value+best', '#meta+claimant']
    """
    return [_TAGS.get(c, f"#meta+{_attribute(c)}") for c in columns]


def _attribute(column: str) -> str:
    """Return a name as HXL allows it: lower-case ASCII letters, digits, underscore."""
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in column.lower())
    return plain if plain[:1].isalpha() else f"x{plain}"


def write_hxl(
    dataset: Dataset, path: Path, reason: str | None, *, raw: bool = False
) -> Path:
    """Write a row a count, its event beside it, under headers and HXL hashtags.

    Parameters
    ----------
    dataset : Dataset
        What is written.
    path : Path
        The CSV file; its folder must exist.
    reason : str or None
        Why rows of a restricted source are written; stored beside the file.
    raw : bool
        Whether to leave text that a spreadsheet would run as it is.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LicenceError
        If a source forbids handing on its rows and no reason is given.
    """
    check_licence(dataset, reason)
    mode = file_mode(dataset)
    frame = dataset.to_frame() if raw else neutralise(dataset.to_frame())
    head = io.StringIO()
    names = [str(column) for column in frame.columns]
    csv.writer(head, lineterminator="\n").writerows([names, hxl_tags(names)])
    rows = frame.to_csv(index=False, header=False, date_format="%Y-%m-%d")
    content = (head.getvalue() + rows).encode()
    if reason:
        write_reason(path.with_name(f"{path.name}.REASON.json"), reason, mode)
    return write_atomically(path, lambda file: file.write(content), mode=mode)


def write_package(
    dataset: Dataset, folder: Path, reason: str | None, *, raw: bool = False
) -> list[Path]:
    """Write the tables as CSV with a `datapackage.json` that describes them.

    Parameters
    ----------
    dataset : Dataset
        What is written.
    folder : Path
        Made if it does not exist.
    reason : str or None
        Why rows of a restricted source are written; stored in the description.
    raw : bool
        Whether to leave text that a spreadsheet would run as it is.

    Returns
    -------
    list of Path
        The files; the description is the last.

    Raises
    ------
    LicenceError
        If a source forbids handing on its rows and no reason is given.
    """
    written = write_tables(dataset, folder, "csv", reason, raw=raw)
    tables = [path for path in written if path.suffix == ".csv"]
    sources = unique_sources(dataset.source_records)
    # A licence of the specification is a name or an address; ours are often words.
    licences = {s.licence for s in sources}
    package: dict[str, Any] = {
        "name": _attribute(dataset.name),
        "profile": "data-package",
        "title": dataset.name,
        "description": dataset.methods_note(),
        "licenses": [
            {"name": _attribute(words), "title": words} for words in sorted(licences)
        ],
        "sources": [_source(s.name, s.url, s.version) for s in sources],
        "reason": (reason or "").strip(),
        "resources": [_resource(path, getattr(dataset, path.stem)) for path in tables],
    }
    package = {key: value for key, value in package.items() if value}
    content = json.dumps(package, ensure_ascii=False, indent=1).encode()
    path = write_atomically(
        folder / "datapackage.json",
        lambda file: file.write(content),
        mode=file_mode(dataset),
    )
    return [*written, path]


def _source(name: str, url: str, version: str) -> dict[str, str]:
    said = {"title": name, "path": url, "version": version}
    return {key: value for key, value in said.items() if value}


def _resource(path: Path, table: pd.DataFrame) -> dict[str, Any]:
    return {
        "name": path.stem,
        "type": "table",
        "path": path.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_file(path)}",
        "schema": _schema(path.stem, table),
    }


def _schema(name: str, table: pd.DataFrame) -> dict[str, Any]:
    rules = {s.name: s for s in (EVENTS, ACTORS, COUNTS, SOURCES, QUARANTINE)}[name]
    fields = []
    for column in map(str, table.columns):
        known = GLOSSARY.get(column)
        field: dict[str, Any] = {
            "name": column,
            "type": _type(table[column].dtype),
        }
        if known is not None:
            field["description"] = known.meaning
        if column in rules.required:
            field["constraints"] = {"required": True}
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if rules.key:
        schema["primaryKey"] = [rules.key]
    if name in _REFER:
        event = {"resource": "events", "fields": ["event_id"]}
        schema["foreignKeys"] = [{"fields": ["event_id"], "reference": event}]
    return schema


def _type(dtype: Any) -> str:
    """Return the type of the specification; text, and so identifiers, is a string."""
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "date"
    return _TYPES.get(str(dtype), "string")
