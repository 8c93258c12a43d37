"""What differs between two states of a data set: added, removed, changed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from conflictstats.arguments import check_type
from conflictstats.tidy.dataset import Dataset

# A table of the data set and the column that tells its rows apart.
_KEYS = {"events": "event_id", "counts": "count_id"}
_ABOUT = ("date_start", "country", "measure", "group", "low", "best", "high")
# These differ in every row of a new release, and say nothing of the event.
_IGNORED = ("dataset_version", "last_modified")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class DatasetChanges:
    """What differs between two states of a data set.

    Parameters
    ----------
    name : str
        The data set.
    before, after : str
        The two states in words: version and day.
    added, removed : DataFrame
        Rows of `events` and `counts` that only one state has: table, record_id,
        event_id, and what they are about.
    changed : DataFrame
        A row a value: table, record_id, column, before, after, as text; missing where
        it was or is unknown.
    """

    name: str
    before: str
    after: str
    added: pd.DataFrame
    removed: pd.DataFrame
    changed: pd.DataFrame

    @property
    def is_empty(self) -> bool:
        """Whether the two states are the same."""
        return not (len(self.added) or len(self.removed) or len(self.changed))

    def to_frame(self) -> pd.DataFrame:
        """Return all differences as one table, a row an added or removed row or value.

        Returns
        -------
        DataFrame
            change ("added", "removed", "changed"), table, record_id, column, before,
            after; the last three are missing for whole rows.
        """
        parts = []
        for word in ("added", "removed", "changed"):
            part = getattr(self, word)
            frame = pd.DataFrame(
                {
                    "change": word,
                    "table": part["table"],
                    "record_id": part["record_id"],
                },
                index=part.index,
            )
            for column in ("column", "before", "after"):
                frame[column] = part[column] if word == "changed" else pd.NA
            parts.append(frame.astype("str"))
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> str:
        """Return what changed, in sentences.

        Examples
        --------
        >>> import conflictstats as cs
        >>> ds = cs.load_dataset("coal_disasters")
        >>> fewer = ds.where(events=lambda e: e["date_start"] < "1962-01-01")
        >>> print(compare_datasets(fewer, ds).summary())
        coal_disasters, version Jarrett 1979 to version Jarrett 1979:
        1 event added, 0 removed, 0 changed.
        0 counts added, 0 removed, 0 changed.
        """
        lines = [f"{self.name}, {self.before} to {self.after}:"]
        for table in _KEYS:
            added, removed = (
                int(part["table"].eq(table).sum())
                for part in (self.added, self.removed)
            )
            mine = self.changed[self.changed["table"] == table]
            noun = table.removesuffix("s") + ("" if added == 1 else "s")
            lines.append(
                f"{added:,} {noun} added, {removed:,} removed, "
                f"{mine['record_id'].nunique():,} changed."
            )
        lines += self._revisions()
        return "\n".join(lines)

    def _revisions(self) -> list[str]:
        best = self.changed[self.changed["column"] == "best"]
        if best.empty:
            return []
        old, new = (pd.to_numeric(best[c]) for c in ("before", "after"))
        found = [
            (int((new > old).sum()), "up"),
            (int((new < old).sum()), "down"),
            (int((old.isna() & new.notna()).sum()), "from unknown to a number"),
            (int((old.notna() & new.isna()).sum()), "from a number to unknown"),
        ]
        said = ", ".join(f"{n:,} {word}" for n, word in found if n)
        return [f"Best figures revised: {said}."]

    def __repr__(self) -> str:
        return f"DatasetChanges\n{self.summary()}"


def compare_datasets(
    old: Dataset, new: Dataset, *, ignore: Sequence[str] = _IGNORED
) -> DatasetChanges:
    """Tell what differs between two states of a data set.

    Parameters
    ----------
    old, new : Dataset
        Two versions, releases or downloads; rows are the same if their ids are.
    ignore : sequence of str
        Columns passed over; by default those that change with every release.

    Returns
    -------
    DatasetChanges
        Rows added and removed, and every value that changed, before and after.

    Raises
    ------
    ArgumentTypeError
        If one is no Dataset.

    Notes
    -----
    Events and counts are compared, and the names of the actors of an event, column
    "actors". Columns that only one of the two has are passed over.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"id": 7, "iso3": "UTO", "displacement_type": "Conflict", "figure": 500}
    >>> row |= {"displacement_start_date": "2023-11-06"}
    >>> monday = cs.read_idmc(pd.DataFrame([row]))
    >>> friday = cs.read_idmc(pd.DataFrame([row | {"figure": 450}]))
    >>> changes = cs.compare_datasets(monday, friday)
    >>> changes.changed[["record_id", "column", "before", "after"]].head(2)
                           record_id column before after
    0  idmc:7:displaced:displaced_people    low    500   450
    1  idmc:7:displaced:displaced_people   best    500   450
    """
    for value, name in ((old, "old"), (new, "new")):
        check_type(value, name, Dataset, "a Dataset")
    changed = [_changed(old, new, table, tuple(ignore)) for table in _KEYS]
    return DatasetChanges(
        name=new.name,
        before=_state(old),
        after=_state(new),
        added=_rows_only_in(new, old),
        removed=_rows_only_in(old, new),
        changed=pd.concat([*changed, _changed_actors(old, new)], ignore_index=True),
    )


def _state(ds: Dataset) -> str:
    source = ds.source_records[0] if ds.source_records else None
    if source is None:
        return "undated"
    parts = [f"version {source.version}"] if source.version else []
    parts += [f"of {source.retrieved_at}"] if source.retrieved_at else []
    if not parts and source.sha256:
        parts = [f"file {source.sha256[:8]}"]
    return " ".join(parts) or "undated"


def _rows_only_in(some: Dataset, other: Dataset) -> pd.DataFrame:
    parts = []
    events = some.events.set_index("event_id")
    for table, key in _KEYS.items():
        rows: pd.DataFrame = getattr(some, table)
        rows = rows[~rows[key].isin(getattr(other, table)[key])]
        part = pd.DataFrame(
            {"table": table, "record_id": rows[key], "event_id": rows["event_id"]}
        )
        for column in _ABOUT:
            if column in rows:
                part[column] = rows[column]
            elif column in events:
                part[column] = events[column].reindex(rows["event_id"]).array
            else:
                part[column] = pd.NA
        parts.append(part)
    out = pd.concat(parts, ignore_index=True)
    for column in ("table", "record_id", "event_id", "country", "measure", "group"):
        out[column] = out[column].astype("str")
    for column in ("low", "best", "high"):
        out[column] = pd.to_numeric(out[column]).convert_dtypes()
    return out


def _changed(
    old: Dataset, new: Dataset, table: str, ignore: tuple[str, ...]
) -> pd.DataFrame:
    """Return the values of one table that differ, in order of its columns and rows."""
    key = _KEYS[table]
    before, after = (getattr(d, table).set_index(key) for d in (old, new))
    both = before.index[before.index.isin(after.index)]
    before, after = before.loc[both], after.loc[both]
    parts = []
    for order, column in enumerate(before.columns):
        if column in ignore or column not in after.columns:
            continue
        # Most columns are the same, and quickly seen to be.
        if before[column].equals(after[column]):
            continue
        a, b = _as_text(before[column]), _as_text(after[column])
        where = np.flatnonzero((a != b) & ~(a.isna() & b.isna()).to_numpy())
        values = {"record_id": both[where], "column": column}
        values |= {"before": a.iloc[where].array, "after": b.iloc[where].array}
        parts.append(pd.DataFrame(values).assign(at=where, order=order))
    return _tidied(parts, table)


def _changed_actors(old: Dataset, new: Dataset) -> pd.DataFrame:
    """Return the events in both whose actors differ, their names joined."""
    said = []
    for ds in (old, new):
        rows = ds.actors
        text = rows["role"].astype("str") + ": " + rows["name"].astype("str")
        said.append(pd.DataFrame({"event_id": rows["event_id"], "text": text}))
    # Only those events are put together that have a name too many or too few.
    differ = pd.concat([part.value_counts() for part in said], axis=1).fillna(0)
    odd = differ.index[differ.iloc[:, 0] != differ.iloc[:, 1]].get_level_values(0)
    both = old.events["event_id"]
    both = both[both.isin(odd) & both.isin(new.events["event_id"])]
    before, after = (_joined(part, both) for part in said)
    values = {"record_id": both.array, "column": "actors"}
    values |= {"before": before.array, "after": after.array}
    return _tidied([pd.DataFrame(values).assign(at=both.index, order=0)], "events")


def _joined(part: pd.DataFrame, events: pd.Series) -> pd.Series:
    part = part[part["event_id"].isin(events)].sort_values("text")
    return part.groupby("event_id")["text"].agg("; ".join).reindex(events).fillna("")


def _tidied(parts: list[pd.DataFrame], table: str) -> pd.DataFrame:
    columns = ["table", "record_id", "column", "before", "after"]
    if not parts:
        return pd.DataFrame(columns=columns, dtype="str")
    frame = pd.concat(parts, ignore_index=True).sort_values(["at", "order"])
    frame.insert(0, "table", table)
    return frame[columns].astype("str").reset_index(drop=True)


def _as_text(values: pd.Series) -> pd.Series:
    """Return values as text that is equal where they are, NA where unknown."""
    if pd.api.types.is_datetime64_any_dtype(values):
        stamped = values.dt.strftime("%Y-%m-%d %H:%M:%S").astype("str")
        return cast("pd.Series", stamped.str.removesuffix(" 00:00:00"))
    if pd.api.types.is_float_dtype(values):
        values = values.map("{:.12g}".format, na_action="ignore")
    known = pd.Series(values.astype("object")).where(values.notna(), None)
    return known.astype("str")
