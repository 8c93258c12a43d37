"""Coverage: where and when silence means zero, and where it means unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import CoverageError
from conflictstats.tidy.periods import day

WORLD = "world"
STATED = "stated by the provider"
INFERRED = "inferred from the file"
GIVEN = "given by the user"

_COLUMNS = (
    "level",
    "place",
    "measure",
    "period_start",
    "period_end",
    "basis",
    "lag_days",
)


@dataclass(frozen=True, eq=False)
class Coverage:
    """Windows in which a source looked, a row a place and window.

    A place and day inside a window without a report is a zero; outside every window
    it is unknown. A data set with no windows at all, such as a table of claims, never
    turns silence into zero.

    Parameters
    ----------
    windows : DataFrame
        Columns level ("world", or a column of the events such as "country"), place
        (empty for the world), measure (empty for all), period_start, period_end
        (both included), basis and lag_days.
    """

    windows: pd.DataFrame

    def __post_init__(self) -> None:
        frame = self.windows.copy()
        check_columns(frame.columns, ("period_start", "period_end"), "The coverage")
        defaults = {"level": WORLD, "place": "", "measure": "", "basis": GIVEN}
        for name, value in defaults.items():
            if name not in frame.columns:
                frame[name] = value
            frame[name] = frame[name].astype("str").fillna("")
        if "lag_days" not in frame.columns:
            frame["lag_days"] = pd.NA
        frame["lag_days"] = frame["lag_days"].astype("Int64")
        for name in ("period_start", "period_end"):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
        reversed_ = frame["period_end"] < frame["period_start"]
        if reversed_.any():
            first = frame.loc[reversed_].iloc[0]
            message = (
                f"A coverage window ends ({first['period_end']:%Y-%m-%d}) before it "
                f"begins ({first['period_start']:%Y-%m-%d})."
            )
            raise CoverageError(message)
        ordered = frame[list(_COLUMNS)].sort_values(list(_COLUMNS[:5]))
        object.__setattr__(self, "windows", ordered.reset_index(drop=True))

    @classmethod
    def none(cls) -> Coverage:
        """Return a coverage in which silence is always unknown.

        Examples
        --------
        >>> Coverage.none()
        Coverage: none; silence is unknown everywhere
        """
        return cls(pd.DataFrame({"period_start": [], "period_end": []}))

    @classmethod
    def of(
        cls,
        start: object,
        end: object,
        *,
        places: Mapping[str, Iterable[str]] | None = None,
        basis: str = GIVEN,
        lag_days: int | None = None,
    ) -> Coverage:
        """Return the coverage of one window, for the world or for named places.

        Parameters
        ----------
        start, end : day
            First and last day covered, both included.
        places : mapping of level to names, optional
            As in {"country": ["Syria", "Iraq"]}; the whole world if absent.
        basis : str
            Who says so.
        lag_days : int, optional
            Days after which counts are mostly complete.

        Examples
        --------
        >>> Coverage.of("2020-01-01", "2020-12-31", places={"country": ["Syria"]})
        Coverage: 2020-01-01 to 2020-12-31, 1 country (given by the user)
        """
        levels = [(level, p) for level, ps in (places or {}).items() for p in ps]
        rows = levels or [(WORLD, "")]
        frame = pd.DataFrame(rows, columns=["level", "place"])
        frame["period_start"] = day(start, "start")
        frame["period_end"] = day(end, "end")
        frame["basis"] = basis
        frame["lag_days"] = pd.array([lag_days] * len(frame), dtype="Int64")
        return cls(frame)

    @property
    def start(self) -> pd.Timestamp | None:
        """First covered day, or None."""
        return None if self.windows.empty else self.windows["period_start"].min()

    @property
    def end(self) -> pd.Timestamp | None:
        """Last covered day, or None."""
        return None if self.windows.empty else self.windows["period_end"].max()

    def covered_days(
        self,
        places: Mapping[str, Sequence[str | None] | pd.Series],
        starts: pd.DatetimeIndex,
        ends: pd.DatetimeIndex,
        measure: str = "",
    ) -> np.ndarray:
        """Return how many days of each period are covered, for each place.

        Parameters
        ----------
        places : mapping
            Level name to the name of each unit at that level; every value has one
            entry a unit, None where the unit has no such place. A unit is covered by
            a window if any of its levels matches, or if the window is the world's.
        starts, ends : DatetimeIndex, shape (n_periods,)
            First and last day of each period.
        measure : str
            The measure asked about.

        Returns
        -------
        ndarray of int64, shape (n_units, n_periods)
            Covered days; overlapping windows count once.
        """
        n_units = max((len(names) for names in places.values()), default=1)
        days = np.zeros((n_units, len(starts)), dtype="int64")
        applies = self.windows["measure"].isin(["", measure])
        for (level, place), rows in self.windows[applies].groupby(["level", "place"]):
            if level == WORLD:
                hit = np.ones(n_units, dtype=bool)
            else:
                given = list(places.get(str(level), [None] * n_units))
                names = pd.Series(given, dtype="object")
                hit = (names == place).to_numpy(dtype=bool)
            if hit.any():
                length = _overlap(rows, starts, ends)
                days[hit] = np.maximum(days[hit], length)
        return days

    def restrict(self, start: pd.Timestamp, end: pd.Timestamp) -> Coverage:
        """Return the coverage cut to a window."""
        frame = self.windows.copy()
        frame["period_start"] = frame["period_start"].where(
            frame["period_start"] > start, start
        )
        frame["period_end"] = frame["period_end"].where(frame["period_end"] < end, end)
        return Coverage(frame[frame["period_end"] >= frame["period_start"]])

    def union(self, other: Coverage) -> Coverage:
        """Return the windows of both."""
        both = [c.windows for c in (self, other) if len(c.windows)]
        if not both:
            return Coverage.none()
        return Coverage(pd.concat(both, ignore_index=True).drop_duplicates())

    def __repr__(self) -> str:
        if self.windows.empty:
            return "Coverage: none; silence is unknown everywhere"
        levels = self.windows.groupby("level")["place"].nunique()
        where = ", ".join(
            "the world" if level == WORLD else f"{n} {level}"
            for level, n in levels.items()
        )
        basis = "; ".join(sorted(self.windows["basis"].unique()))
        return (
            f"Coverage: {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}, {where} ({basis})"
        )


def _overlap(
    rows: pd.DataFrame, starts: pd.DatetimeIndex, ends: pd.DatetimeIndex
) -> np.ndarray:
    """Days of each period inside the union of the windows."""
    total = np.zeros(len(starts), dtype="int64")
    reached: pd.Timestamp | None = None
    for first, last in zip(rows["period_start"], rows["period_end"], strict=True):
        # Windows come sorted: only what lies behind the last end is new.
        begin = first if reached is None else max(first, reached + pd.Timedelta(days=1))
        reached = last if reached is None else max(last, reached)
        if begin > last:
            continue
        low = np.maximum(starts.to_numpy(), np.datetime64(begin))
        high = np.minimum(ends.to_numpy(), np.datetime64(last))
        span = (high - low).astype("timedelta64[D]").astype("int64") + 1
        total += np.clip(span, 0, None)
    return total
