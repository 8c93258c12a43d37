"""Figures written to files that say where they came from, the same bytes every time."""

from __future__ import annotations

import hashlib
import html
import inspect
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import conflictstats
from conflictstats.arguments import check_one_of
from conflictstats.errors import ArgumentTypeError
from conflictstats.plots.style import (
    MM,
    add_attribution,
    attribution_text,
    figure_size,
    new_figure,
    use_style,
)
from conflictstats.plots.words import alt_text
from conflictstats.report.record import (
    environment,
    gather_sources,
    running_script,
    source_facts,
    to_json,
    write_bytes,
)
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.export import check_licence, neutralise
from conflictstats.tidy.panel import Panel

FORMATS = ("pdf", "svg", "png")
SCHEMA = "conflictstats figure 1"
# A folder where figures go instead, while `verify` runs a script again.
INSTEAD = "CONFLICTSTATS_FIGURES_INSTEAD"


def save_figure(  # noqa: PLR0913  each is a field of the record beside the figure
    stem: str | Path,
    figure: Figure | Axes | Callable[..., Any],
    *,
    sources: Any = (),
    formats: Sequence[str] = FORMATS,
    size: str | float | tuple[float, float] | None = None,
    journal: str = "elsevier",
    theme: str = "light",
    data: Any = None,
    alt: str | None = None,
    title: str = "",
    filters: str = "",
    parameters: Mapping[str, Any] | None = None,
    rng_seed: int | None = None,
    script: str | Path | None = None,
) -> dict[str, Path]:
    """Write a figure as PDF, SVG and PNG, with a record of where it came from.

    The same inputs and package versions give the same bytes: no date, path or user
    name goes into the files. A line at the foot names the sources; a description in
    words is stored in every file.

    Parameters
    ----------
    stem : path
        Where, without ending: "out/fig01" writes out/fig01.pdf and so on. Folders are
        made.
    figure : Figure, Axes or callable
        What to write. A callable, such as `result.plot` or `lambda ax: ...`, is given
        the Axes of a new figure in the package's style.
    sources : Source, Dataset, Panel, result, or a sequence of them
        What the figure shows; taken from the result for `result.plot`.
    formats : sequence of {"pdf", "svg", "png"}
        Which files.
    size : {"single", "1.5", "double"}, float, or (width, height), optional
        Columns of the journal, or mm; single for a callable, else as the figure is.
    journal : str
        Whose columns; a key of `conflictstats.plots.style.JOURNALS`.
    theme : {"light", "dark"}
        Colours of a figure made here.
    data : DataFrame, Panel, Dataset or result, optional
        The numbers shown, written as CSV beside the figure.
    alt : str, optional
        Description for readers who cannot see it; by default what the plot says.
    title : str
        Title stored in the files; not drawn.
    filters : str
        What was left out, for the line at the foot.
    parameters : mapping, optional
        How the figure was made, for the record.
    rng_seed : int, optional
        Seed of whatever was random.
    script : path, optional
        The script that made it; by default the one that runs.

    Returns
    -------
    dict of str to Path
        The files written, by ending; "json" is the record.

    Raises
    ------
    LicenceError
        If `data` is a Dataset whose terms forbid handing on its rows.
    ArgumentError
        If a format or size is not known.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> table = pd.DataFrame({"period_start": ["2020-01-01"], "best": [3]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = cs.save_figure(
    ...         f"{folder}/fig01", lambda ax: cs.plot_series(table, ax=ax)
    ...     )
    ...     same = cs.verify(files["svg"]).same
    >>> sorted(files), same
    (['json', 'pdf', 'png', 'svg'], True)
    """
    # A single word is one format, not a row of letters.
    formats = [formats] if isinstance(formats, str) else formats
    for one in formats:
        check_one_of(one, "formats", FORMATS)
    base = Path(stem)
    if os.environ.get(INSTEAD):
        base = Path(os.environ[INSTEAD]) / base.name
    records = gather_sources(sources)
    if not records and callable(figure):
        records = tuple(getattr(getattr(figure, "__self__", None), "sources", ()))
    table, changes = _data(data)
    with use_style(theme):
        drawn = _drawn(figure, size, journal)
        for old in [t for t in drawn.texts if t.get_gid() == "attribution"]:
            old.remove()
        foot = attribution_text(records, filters=filters, changes=changes)
        add_attribution(drawn, foot if records or filters else "")
        said = alt if alt is not None else alt_text(drawn)
        with _settled(drawn):
            contents = {
                one: _rendered(drawn, one, title or base.name, said, foot)
                for one in formats
            }
    if table is not None:
        contents["csv"] = neutralise(table).to_csv(index=False).encode()
    base.parent.mkdir(parents=True, exist_ok=True)
    paths = {ending: base.parent / f"{base.name}.{ending}" for ending in contents}
    hashes = {
        paths[ending].name: write_bytes(paths[ending], content)
        for ending, content in contents.items()
    }
    record = {
        "schema": SCHEMA,
        "name": base.name,
        "title": title,
        "alt": said,
        "attribution": foot,
        **running_script(script),
        "environment": environment(),
        "sources": source_facts(records),
        "parameters": dict(parameters or {}),
        **({} if rng_seed is None else {"rng_seed": rng_seed}),
        "size_mm": [round(float(s) / MM, 2) for s in drawn.get_size_inches()],
        "theme": theme,
        "files": hashes,
    }
    paths["json"] = base.parent / f"{base.name}.json"
    write_bytes(paths["json"], to_json(record))
    return paths


def _data(data: Any) -> tuple[pd.DataFrame | None, str]:
    """Return the numbers shown as a table, and what was done to the source's rows."""
    version = f"conflictstats {conflictstats.__version__}"
    analysed = f"analysed with {version}"
    if data is None:
        return None, analysed
    if isinstance(data, Panel):
        by = " and ".join((*data.by, data.every))
        return data.to_frame(), f"aggregated by {by} with {version}"
    if isinstance(data, Dataset):
        check_licence(data, None)
        return data.to_frame(), analysed
    if isinstance(data, pd.DataFrame):
        return data, analysed
    if hasattr(data, "to_frame"):
        return data.to_frame("augment"), analysed
    message = (
        "`data` must be a DataFrame, Panel, Dataset or result; "
        f"got {type(data).__name__}."
    )
    raise ArgumentTypeError(message)


def _drawn(
    figure: Any, size: str | float | tuple[float, float] | None, journal: str
) -> Figure:
    """Return the figure to write, at the size asked for."""
    width, height = size if isinstance(size, tuple) else (size, None)
    if isinstance(figure, Figure | Axes):
        own = figure if isinstance(figure, Figure) else figure.get_figure(root=True)
        if own is None:
            message = "`figure` must be drawn on a figure; these Axes were removed."
            raise ArgumentTypeError(message)
        if width is not None:
            across, tall = figure_size(width, journal=journal, height=height)
            own.set_size_inches(across * MM, tall * MM)
        return own
    if not callable(figure):  # the annotation promises it, a caller may not
        message = (
            "`figure` must be a Figure, an Axes, or a function that draws; "
            f"got {type(figure).__name__}."
        )
        raise ArgumentTypeError(message)
    wanted = inspect.signature(figure).parameters
    new = new_figure(width or "single", journal=journal, height=height)
    if "ax" in wanted:
        figure(ax=new.subplots())
    else:
        figure(new)
    return new


def _bounds(ax: Axes) -> tuple[float, float, float, float]:
    bounds: tuple[float, float, float, float] = ax.get_position().bounds
    return bounds


@contextmanager
def _settled(drawn: Figure) -> Iterator[None]:
    """Lay the figure out until nothing moves, and hold it so for every format.

    A layout starts from the last one and depends a little on the resolution; left to
    run in each format, the files would differ in their last digits.
    """
    for _ in range(8):
        before = [_bounds(ax) for ax in drawn.axes]
        drawn.draw_without_rendering()
        after = [_bounds(ax) for ax in drawn.axes]
        if np.allclose(before, after, rtol=0, atol=1e-12):
            break
    engine = drawn.get_layout_engine()
    drawn.set_layout_engine("none")
    placed = [(ax, ax.get_in_layout()) for ax in drawn.axes] if engine else []
    for ax, _ in placed:
        # A ten-thousandth of a millimetre, so that noise in the last bits is gone.
        left, bottom, width, height = (round(float(v), 6) for v in _bounds(ax))
        ax.set_position((left, bottom, width, height))
    try:
        yield
    finally:
        drawn.set_layout_engine(engine)
        for ax, taking_part in placed:
            ax.set_in_layout(taking_part)


def _rendered(drawn: Figure, kind: str, title: str, alt: str, foot: str) -> bytes:
    """Return the figure as bytes; dates are left out, words are put in."""
    out = io.BytesIO()
    by_kind: dict[str, dict[str, Any]] = {
        "pdf": {
            "Title": title,
            "Subject": alt,
            "Keywords": foot,
            "CreationDate": None,
        },
        "svg": {"Title": title, "Description": alt, "Rights": foot, "Date": None},
        "png": {"Title": title, "Description": alt, "Source": foot},
    }
    drawn.savefig(out, format=kind, metadata=by_kind[kind])
    content = out.getvalue()
    return _described_svg(content, title, alt) if kind == "svg" else content


def _described_svg(content: bytes, title: str, alt: str) -> bytes:
    """Name the picture for screen readers: role, title and description."""
    text = _numbered_ids(content.decode(), title)
    text = text.replace("<svg ", f'<svg role="img" aria-label="{_plain(alt)}" ', 1)
    named = re.compile(r"<title>.*?</title>", re.DOTALL)
    replacement = f"<title>{_plain(title)}</title>\n <desc>{_plain(alt)}</desc>"
    return named.sub(lambda _: replacement, text, count=1).encode()


def _numbered_ids(text: str, title: str) -> str:
    """Rename the ids that matplotlib makes from the last digits of positions.

    Those digits may differ when a figure is written twice; what is drawn does not.
    The prefix keeps pictures apart that stand in one page.
    """
    found = dict.fromkeys(re.findall(r'id="([A-Za-z]?[0-9a-f]{10})"', text))
    prefix = hashlib.sha256(title.encode()).hexdigest()[:6]
    names = {old: f"c{prefix}-{number}" for number, old in enumerate(found)}
    reference = re.compile(r'(id="|#)([A-Za-z]?[0-9a-f]{10})(?=["\)])')
    return reference.sub(lambda m: m[1] + names.get(m[2], m[2]), text)


def _plain(text: str) -> str:
    return html.escape(text, quote=True)
