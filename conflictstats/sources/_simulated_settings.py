"""What happens in a simulated conflict, and how it gets reported: the settings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conflictstats.arguments import check_number
from conflictstats.errors import ArgumentError


@dataclass(frozen=True, kw_only=True)
class SimulatedConflict:
    """What really happens in `simulate_events`.

    Parameters
    ----------
    sides : tuple of str
        Names of the two sides.
    baseline : tuple of float
        Events a day that each side begins unprovoked.
    branching : tuple of tuples of float, shape (2, 2)
        Entry [a][b]: how many events of side a an event of side b calls forth, on
        average. The diagonal is escalation, the rest retaliation.
    decay : float
        Rate a day at which an event's echo fades; the mean delay is 1 / decay.
    deaths : float
        Mean deaths an event.
    dispersion : float
        Negative-binomial size of deaths; the smaller, the heavier the tail.
    civilian_share : float
        Probability that a death is a civilian's.

    Raises
    ------
    ArgumentError
        If a value is not allowed, or events call forth so many that they never end.

    Examples
    --------
    >>> SimulatedConflict(branching=((0.5, 0.0), (0.0, 0.5))).spectral_radius
    0.5
    """

    sides: tuple[str, str] = ("Government", "Opposition")
    baseline: tuple[float, float] = (0.30, 0.20)
    branching: tuple[tuple[float, float], tuple[float, float]] = (
        (0.30, 0.25),
        (0.15, 0.30),
    )
    decay: float = 0.5
    deaths: float = 4.0
    dispersion: float = 0.6
    civilian_share: float = 0.3

    def __post_init__(self) -> None:
        if len(set(self.sides)) != 2 or len(list(self.sides)) != 2:
            message = f"`sides` must be two different names; got {self.sides!r}."
            raise ArgumentError(message)
        shapes = np.shape(self.baseline), np.shape(self.branching)
        if shapes != ((2,), (2, 2)):
            message = (
                "`baseline` must be two numbers and `branching` two rows of two; got "
                f"{self.baseline!r} and {self.branching!r}."
            )
            raise ArgumentError(message)
        for value in self.baseline:
            check_number(value, "baseline", low=0)
        for row in self.branching:
            for value in row:
                check_number(value, "branching", low=0)
        check_number(self.decay, "decay", low=1e-6)
        check_number(self.deaths, "deaths", low=0)
        check_number(self.dispersion, "dispersion", low=1e-6)
        check_number(self.civilian_share, "civilian_share", low=0, high=1)
        if self.spectral_radius >= 1:
            message = (
                "`branching` must have a spectral radius below 1, or every event calls "
                f"forth endlessly many; got {self.spectral_radius:.3g}."
            )
            raise ArgumentError(message)

    @property
    def spectral_radius(self) -> float:
        """Events in all that an event calls forth directly: below 1 they die out."""
        values = np.linalg.eigvals(np.asarray(self.branching, dtype="float64"))
        return float(np.abs(values).max())


@dataclass(frozen=True, kw_only=True)
class SimulatedReporting:
    """How the events of `simulate_events` get reported.

    Parameters
    ----------
    reporters : int
        How many report, each on its own.
    detection : float
        Probability that a reporter notices an event; unnoticed by all it is missing.
    completeness : float
        Probability that a reporter who noticed it counts a given death.
    lag_days : float
        Mean days from event to report.
    vague : float
        Share of reports whose words leave room ("at least", "dozens", "3-5").
    imprecise : float
        Share of events dated to a window of days, not to the day.

    Raises
    ------
    ArgumentError
        If a value is not allowed.
    """

    reporters: int = 3
    detection: float = 0.6
    completeness: float = 0.9
    lag_days: float = 2.0
    vague: float = 0.3
    imprecise: float = 0.15

    def __post_init__(self) -> None:
        check_number(self.reporters, "reporters", low=1, high=1000, integer=True)
        for name in ("detection", "completeness", "vague", "imprecise"):
            check_number(getattr(self, name), name, low=0, high=1)
        check_number(self.lag_days, "lag_days", low=0)
