"""Log-likelihood of multivariate Hawkes processes with exact derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conflictstats.numerics.hawkes_events import PointHistory, mark_weights
from conflictstats.numerics.hawkes_exponential import (
    Excitation,
    exponential_excitation,
)
from conflictstats.numerics.hawkes_power_law import (
    PowerLawBank,
    decayed_bank,
    power_law_excitation,
    relative_error,
    weighted_banks,
)
from conflictstats.numerics.hawkes_sums import gram, mix_row, row_dots
from conflictstats.numerics.hawkes_univariate import UnivariateObjective
from conflictstats.numerics.point_baselines import (
    PointBaseline,
    baseline_design,
    baseline_offset,
    baseline_quadrature,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.int64] | slice


@dataclass(frozen=True)
class HawkesShape:
    """What is estimated, and where each parameter stands in the vector theta.

    theta = [b of stream 0, .., b of stream K-1 | N row by row | kernels | delta].

    Attributes
    ----------
    n_streams : int
        K.
    baseline : PointBaseline
        Shape of every stream's background.
    groups : ndarray of int, shape (K, K)
        Kernel that serves target a and source b; its rows and columns as in N.
    kernel : str
        "exponential" (log beta) or "power_law" (log c, log(p - 1)).
    marked : bool
        Whether productivity grows as (1 + mark)^delta.
    """

    n_streams: int
    baseline: PointBaseline
    groups: Ints
    kernel: str = "exponential"
    marked: bool = False

    @property
    def kernel_size(self) -> int:
        """Parameters of one kernel."""
        return 1 if self.kernel == "exponential" else 2

    @property
    def n_kernels(self) -> int:
        """Number of kernels."""
        return int(self.groups.max()) + 1

    @property
    def size(self) -> int:
        """Length of theta."""
        k = self.n_streams
        kernels = self.n_kernels * self.kernel_size
        return k * self.baseline.size + k * k + kernels + self.marked

    def background(self, target: int) -> Ints:
        """Places of the background coefficients of a stream."""
        p = self.baseline.size
        return np.arange(target * p, (target + 1) * p)

    def branching(self) -> Ints:
        """Places of N, shape (K, K)."""
        k = self.n_streams
        first = k * self.baseline.size
        return (first + np.arange(k * k)).reshape(k, k)

    def kernel_places(self, group: int) -> Ints:
        """Places of one kernel's parameters, and of delta after them if marked."""
        k = self.n_streams
        first = k * self.baseline.size + k * k + group * self.kernel_size
        places = np.arange(first, first + self.kernel_size)
        return np.append(places, self.size - 1) if self.marked else places


def kernel_groups(n_streams: int, decay: str) -> Ints:
    """Which kernel serves which pair: "shared", "target" or "pair", shape (K, K)."""
    k = n_streams
    if decay == "shared":
        return np.zeros((k, k), dtype=np.int64)
    if decay == "target":
        return np.repeat(np.arange(k)[:, None], k, axis=1)
    return np.arange(k * k).reshape(k, k)


class HawkesObjective:
    """The log-likelihood of one history as a function of theta.

    Parameters
    ----------
    shape : HawkesShape
        What is estimated.
    history : PointHistory
        The events.
    bank : PowerLawBank, optional
        Sums over the past at fixed decays, for the power law.
    excited : bool
        False leaves the excitation out: an inhomogeneous Poisson process.
    """

    def __init__(
        self,
        shape: HawkesShape,
        history: PointHistory,
        bank: PowerLawBank | None = None,
        *,
        excited: bool = True,
    ) -> None:
        self.shape, self.history, self.bank = shape, history, bank
        self.excited = excited
        simple = excited and not shape.marked and shape.kernel == "exponential"
        constant = shape.baseline.size == 1 and shape.n_streams == 1
        constant = constant and not history.gaps and not shape.baseline.log_exposure
        self.quick = UnivariateObjective(history) if simple and constant else None
        self.rows = [self._rows(a) for a in range(shape.n_streams)]
        self.design = [
            baseline_design(shape.baseline, history.times[r]) for r in self.rows
        ]
        self.exposed = [
            np.exp(baseline_offset(shape.baseline, history.times[r])) for r in self.rows
        ]
        self.nodes, self.node_weights = baseline_quadrature(shape.baseline)

    def _rows(self, target: int) -> Rows:
        history = self.history
        if history.n_streams == 1 and bool(history.observed.all()):
            return slice(None)
        return np.flatnonzero((history.code == target) & history.observed)

    def excitations(self, theta: Floats) -> dict[int, tuple[Ints, Excitation]]:
        """Excitation of every kernel with the sources it serves."""
        shape = self.shape
        weights = mark_weights(self.history, theta[-1]) if shape.marked else None
        banks: list[Floats] = []
        if self.bank is not None:
            banks = weighted_banks(self.history, self.bank, weights)
        found = {}
        for group in range(shape.n_kernels):
            sources = np.flatnonzero((shape.groups == group).any(axis=0))
            own = theta[shape.kernel_places(group)[: shape.kernel_size]]
            if self.bank is None:
                beta = float(np.exp(own[0]))
                found[group] = (
                    sources,
                    exponential_excitation(self.history, sources, beta, weights),
                )
            else:
                found[group] = (
                    sources,
                    power_law_excitation(
                        self.history, sources, own, self.bank.decays, banks, weights
                    ),
                )
        return found

    def marked_sums(self, kappa: Floats) -> Floats:
        """Sum weighted past events at the bank's decays, shape (K, M, n)."""
        decays = np.zeros(0) if self.bank is None else self.bank.decays
        return decayed_bank(self.history, kappa, decays)

    def error_bound(self, theta: Floats) -> float:
        """Bound the error of the log-likelihood by the mixture's relative error e.

        Intensities are off by at most a share e, so their logarithms by e / (1 - e);
        the compensator is exact.
        """
        if self.bank is None:
            return 0.0
        span = self.history.end - self.history.first
        worst = 0.0
        for group in range(self.shape.n_kernels):
            own = theta[self.shape.kernel_places(group)]
            error = relative_error(own[0], own[1], self.bank.decays, span)
            worst = max(worst, error)
        return float(self.history.counts.sum() * worst / (1.0 - worst))

    def _background(self, target: int, theta: Floats) -> Floats:
        """Background rate at a stream's own events, shape (n_a,)."""
        b = theta[self.shape.background(target)]
        return np.asarray(
            self.exposed[target] * np.exp(mix_row(b, self.design[target]))
        )

    def intensities(self, theta: Floats) -> list[tuple[Floats, Floats]]:
        """Background (n_a,) and contribution of each source (K, n_a) at a's events."""
        found = self.excitations(theta) if self.excited else {}
        branching = theta[self.shape.branching()]
        parts = []
        for a, rows in enumerate(self.rows):
            mu = self._background(a, theta)
            set_off = np.zeros((self.shape.n_streams, mu.size))
            for group in np.unique(self.shape.groups[a]) if found else ():
                sources, part = found[int(group)]
                for s, b in enumerate(sources):
                    if self.shape.groups[a, b] == group:
                        set_off[b] = branching[a, b] * part.value[s, rows]
            parts.append((mu, set_off))
        return parts

    def __call__(self, theta: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood, gradient and Hessian at theta."""
        if self.quick is not None:
            return self.quick(theta)
        size = self.shape.size
        total, gradient, hessian = 0.0, np.zeros(size), np.zeros((size, size))
        found = self.excitations(theta) if self.excited else {}
        for a in range(self.shape.n_streams):
            total += self._add_target(a, theta, found, gradient, hessian)
        return total, gradient, hessian

    def _add_target(
        self,
        a: int,
        theta: Floats,
        found: dict[int, tuple[Ints, Excitation]],
        gradient: Floats,
        hessian: Floats,
    ) -> float:
        """Add one target stream's part; the streams separate given the kernels."""
        shape = self.shape
        b_at = shape.background(a)
        mu = self._background(a, theta)
        rate = self.node_weights * np.exp(mix_row(theta[b_at], self.nodes))
        links = _links(shape, a, theta, found, self.rows[a])
        intensity = mu.copy()
        for link in links:
            intensity += link.strength * link.value
        rho = 1.0 / intensity
        total = float(np.sum(np.log(intensity)) - rate.sum())
        columns: dict[int, Floats] = {
            int(p): mu * row for p, row in zip(b_at, self.design[a], strict=True)
        }
        hessian[np.ix_(b_at, b_at)] += gram(self.design[a], mu * rho)
        hessian[np.ix_(b_at, b_at)] -= gram(self.nodes, rate)
        gradient[b_at] -= row_dots(self.nodes, rate)
        for link in links:
            total -= link.strength * link.total
            link.add(rho, columns, gradient, hessian)
        places = np.fromiter(columns, dtype=np.int64)
        slopes = np.stack(list(columns.values()))
        gradient[places] += row_dots(slopes, rho)
        hessian[np.ix_(places, places)] -= gram(slopes, rho**2)
        return total


@dataclass(frozen=True)
class _Link:
    """One source's effect on one target: strength times a kernel's excitation."""

    place: int
    strength: float
    kernel: Ints
    value: Floats
    first: Floats
    second: Floats
    total: float
    total_first: Floats
    total_second: Floats

    def add(
        self, rho: Floats, columns: dict[int, Floats], gradient: Floats, hessian: Floats
    ) -> None:
        """Add derivatives: linear in the strength, curved in the kernel."""
        columns[self.place] = self.value
        gradient[self.place] -= self.total
        r = self.kernel.size
        cross = row_dots(self.first, rho) - self.total_first
        curved = row_dots(self.second.reshape(r * r, -1), rho).reshape(r, r)
        curved = curved - self.total_second
        hessian[self.place, self.kernel] += cross
        hessian[self.kernel, self.place] += cross
        hessian[np.ix_(self.kernel, self.kernel)] += self.strength * curved
        gradient[self.kernel] -= self.strength * self.total_first
        for place, row in zip(self.kernel, self.first, strict=True):
            here = self.strength * row
            old = columns.get(int(place))
            columns[int(place)] = here if old is None else old + here


def _links(
    shape: HawkesShape,
    target: int,
    theta: Floats,
    found: dict[int, tuple[Ints, Excitation]],
    rows: Rows,
) -> list[_Link]:
    if not found:
        return []
    places = shape.branching()[target]
    links = []
    for b in range(shape.n_streams):
        group = int(shape.groups[target, b])
        sources, part = found[group]
        s = int(np.flatnonzero(sources == b)[0])
        links.append(
            _Link(
                int(places[b]),
                float(theta[places[b]]),
                shape.kernel_places(group),
                part.value[s, rows],
                np.ascontiguousarray(part.first[:, s, rows]),
                np.ascontiguousarray(part.second[:, :, s, rows]),
                float(part.total[s]),
                part.total_first[:, s],
                part.total_second[:, :, s],
            )
        )
    return links
