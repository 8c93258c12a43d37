"""Maximum likelihood of a count hidden Markov model: EM, then direct maximisation.

The score is exact: by Fisher's identity it is the expected complete-data score, so one
forward-backward pass gives the likelihood and its whole gradient. With a stationary
start the term log delta(Gamma) is differentiated through d delta = delta dGamma Z with
Z = (I - Gamma + U)^-1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from conflictstats.numerics.hidden_markov import (
    HiddenMarkov,
    order_states,
    pair_weights,
    smooth_states,
    stationary_distribution,
)
from conflictstats.numerics.hidden_markov_emission import (
    POISSON_SIZE,
    SMALLEST_SIZE,
    CountSequences,
    emission_score,
    fit_emission,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LOGIT_BOUND = 25.0
RATE_FLOOR = 1e-10


@dataclass(frozen=True)
class Shape:
    """What of the model is free, so that parameters can be a plain vector.

    Parameters
    ----------
    m, groups : int
        Numbers of states and of transition matrices.
    negative_binomial : ndarray of bool, shape (m,)
        States whose size is estimated.
    moving : ndarray of bool, shape (m,)
        States whose rate is estimated (not the known-zero state).
    stationary : bool
        Whether the initial distribution is the stationary one.
    """

    m: int
    groups: int
    negative_binomial: Bools
    moving: Bools
    stationary: bool

    def split(self, theta: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Cut the vector into log rates, log sizes, move logits, start logits."""
        cuts = np.cumsum(
            [
                self.moving.sum(),
                self.negative_binomial.sum(),
                self.groups * self.m * (self.m - 1),
            ]
        )
        rate, size, move, start = np.split(theta, cuts)
        return rate, size, move.reshape(self.groups, self.m, self.m - 1), start

    def n_parameters(self) -> int:
        """Length of the vector."""
        start = 0 if self.stationary else self.groups * (self.m - 1)
        moves = self.groups * self.m * (self.m - 1)
        return int(self.moving.sum() + self.negative_binomial.sum()) + moves + start

    def pack(self, model: HiddenMarkov) -> Floats:
        """Turn a model into working parameters."""
        off = ~np.eye(self.m, dtype=bool)
        with np.errstate(divide="ignore"):
            logs = np.log(model.gamma)
            start = np.log(model.delta)
        diagonal = np.maximum(np.diagonal(logs, axis1=1, axis2=2), -LOGIT_BOUND)
        move = (logs - diagonal[:, :, None])[:, off]
        theta = [
            np.log(np.maximum(model.rates[self.moving], RATE_FLOOR)),
            np.log(model.sizes[self.negative_binomial]),
            move.ravel(),
        ]
        if not self.stationary:
            theta.append(
                (start - np.maximum(start[:, :1], -LOGIT_BOUND))[:, 1:].ravel()
            )
        return np.asarray(np.clip(np.concatenate(theta), -LOGIT_BOUND, LOGIT_BOUND))

    def unpack(self, theta: Floats) -> HiddenMarkov:
        """Turn working parameters into a model."""
        log_rate, log_size, move, start = self.split(theta)
        rates, sizes = np.zeros(self.m), np.full(self.m, np.inf)
        rates[self.moving] = np.exp(log_rate)
        sizes[self.negative_binomial] = np.exp(log_size)
        logits = np.zeros((self.groups, self.m, self.m))
        logits[:, ~np.eye(self.m, dtype=bool)] = move.reshape(self.groups, -1)
        gamma = _softmax(logits)
        if self.stationary:
            return HiddenMarkov(rates, sizes, gamma, stationary_distribution(gamma))
        first = np.zeros((self.groups, self.m))
        first[:, 1:] = start.reshape(self.groups, self.m - 1)
        return HiddenMarkov(rates, sizes, gamma, _softmax(first))


def _softmax(logits: Floats) -> Floats:
    weight = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def log_likelihood_and_score(
    theta: Floats, data: CountSequences, shape: Shape
) -> tuple[float, Floats]:
    """Return the log-likelihood and its gradient at working parameters.

    Parameters
    ----------
    theta : ndarray, shape (p,)
        Log rates, log sizes, logits of each move against staying, and, unless
        stationary, logits of the initial states against the first.
    data : CountSequences
        The observations.
    shape : Shape
        What is free.

    Returns
    -------
    log_likelihood : float
        -inf where the data are impossible; the gradient is then 0.
    score : ndarray, shape (p,)
        Its gradient.
    """
    model = shape.unpack(theta)
    state = smooth_states(data, model)
    if not np.isfinite(state.log_likelihood):
        return -np.inf, np.zeros_like(theta)
    weight = pair_weights(data, state.smoothed)
    by_rate, by_size = emission_score(data, weight, model.rates, model.sizes)
    moves = state.moves
    if shape.stationary and shape.m > 1:
        inverse = np.linalg.inv(np.eye(shape.m) - model.gamma + 1.0)
        ratio = state.first / np.maximum(model.delta, 1e-300)
        pull = np.einsum("glk,gk->gl", inverse, ratio)
        moves = moves + model.gamma * model.delta[:, :, None] * pull[:, None, :]
    by_move = moves - moves.sum(axis=2, keepdims=True) * model.gamma
    parts = [
        by_rate[shape.moving],
        by_size[shape.negative_binomial],
        by_move[:, ~np.eye(shape.m, dtype=bool)].ravel(),
    ]
    if not shape.stationary:
        total = state.first.sum(axis=1, keepdims=True)
        parts.append((state.first - total * model.delta)[:, 1:].ravel())
    return state.log_likelihood, np.concatenate(parts)


def expectation_maximisation(
    data: CountSequences, model: HiddenMarkov, *, stationary: bool, steps: int
) -> HiddenMarkov:
    """Take EM steps (Baum-Welch).

    With a free start this raises the likelihood at every step (up to the size's
    Newton steps); with a stationary one the start is set from the transitions, which
    is close enough to hand over to the direct maximiser.

    Parameters
    ----------
    data : CountSequences
        The observations.
    model : HiddenMarkov
        Where to begin.
    stationary : bool
        Whether the initial distribution is the stationary one.
    steps : int
        How many steps.

    Returns
    -------
    HiddenMarkov
        After the last step.
    """
    for _ in range(steps):
        state = smooth_states(data, model)
        if not np.isfinite(state.log_likelihood):
            break
        weight = pair_weights(data, state.smoothed)
        rates, sizes = fit_emission(data, weight, model.rates, model.sizes)
        left = state.moves.sum(axis=2, keepdims=True)
        gamma = np.where(left > 0, state.moves / np.maximum(left, 1e-300), model.gamma)
        gamma = np.maximum(gamma, 1e-12)
        gamma /= gamma.sum(axis=2, keepdims=True)
        delta = (
            stationary_distribution(gamma)
            if stationary
            else state.first / state.first.sum(axis=1, keepdims=True)
        )
        model = HiddenMarkov(rates, sizes, gamma, delta)
    return model


@dataclass(frozen=True, eq=False)
class StartOutcome:
    """Where one start led.

    Parameters
    ----------
    model : HiddenMarkov
        Ordered by rate.
    log_likelihood : float
        At the end.
    occupancy : ndarray, shape (m,)
        Expected number of known periods in each state.
    converged : bool
        Whether the maximiser said so.
    """

    model: HiddenMarkov
    log_likelihood: float
    occupancy: Floats
    converged: bool


def climb(
    data: CountSequences, model: HiddenMarkov, shape: Shape, *, em_steps: int = 5
) -> StartOutcome:
    """Go from one start to its local maximum: EM first, then BFGS on the exact score.

    A negative-binomial state whose size ends beyond 10,000 is made a Poisson state
    and the rest maximised again, unless that lowers the likelihood.

    Parameters
    ----------
    data : CountSequences
        The observations.
    model : HiddenMarkov
        The start.
    shape : Shape
        What is free.
    em_steps : int
        EM steps before the direct maximisation. Few: with a stationary start EM leans
        towards maxima of a slightly different likelihood (on the coal-mining disasters
        40 steps lead every start to the second-best one, 5 to the best).

    Returns
    -------
    StartOutcome
        With the states ordered by rate.
    """
    model = expectation_maximisation(
        data, model, stationary=shape.stationary, steps=em_steps
    )
    theta, value, converged = _maximise(data, model, shape)
    model = shape.unpack(theta)
    large = np.isfinite(model.sizes) & (model.sizes > POISSON_SIZE)
    if large.any():
        reduced = replace(shape, negative_binomial=shape.negative_binomial & ~large)
        sizes = np.where(large, np.inf, model.sizes)
        theta, again, done = _maximise(data, replace(model, sizes=sizes), reduced)
        if again > value - 1e-3:
            model, value, converged = reduced.unpack(theta), again, done
    state = smooth_states(data, model)
    known = data.exposure[data.index] > 0
    occupancy = state.smoothed[known].sum(axis=0)
    order = np.argsort(model.rates, kind="stable")
    return StartOutcome(order_states(model), value, occupancy[order], converged)


def _maximise(
    data: CountSequences, model: HiddenMarkov, shape: Shape
) -> tuple[Floats, float, bool]:
    """Run BFGS on working parameters held within bounds that keep them finite.

    The bounds are only where the likelihood is flat (a probability of 1e-11, a size of
    a million), so parameters are clipped there and their slope is zero. Dense BFGS in
    NumPy instead of L-BFGS-B: these are a few dozen parameters, it needs half the
    passes, and the latter's calls to a threaded LAPACK cost ten times the passes
    themselves on a machine whose cores are busy.
    """
    n_rates, n_sizes = int(shape.moving.sum()), int(shape.negative_binomial.sum())
    low = np.full(shape.n_parameters(), -LOGIT_BOUND)
    high = np.full(shape.n_parameters(), LOGIT_BOUND)
    low[:n_rates], high[:n_rates] = np.log(RATE_FLOOR), 50.0
    sizes = slice(n_rates, n_rates + n_sizes)
    low[sizes], high[sizes] = np.log(SMALLEST_SIZE), np.log(100 * POISSON_SIZE)

    def cost(theta: Floats) -> tuple[float, Floats]:
        inside = np.clip(theta, low, high)
        value, score = log_likelihood_and_score(inside, data, shape)
        score = np.where((theta < low) | (theta > high), 0.0, score)
        return (-value, -score) if np.isfinite(value) else (1e300, score)

    found = minimize(
        cost,
        shape.pack(model),
        jac=True,
        method="BFGS",
        options={"maxiter": 1000, "gtol": 1e-5},
    )
    slope = float(np.abs(found.jac).max(initial=0.0))
    # Sums over many periods cannot be flat to 1e-5: rounding stops the search first.
    flat = slope < 1e-3 + 1e-7 * abs(float(found.fun))
    theta = np.clip(np.asarray(found.x), low, high)
    return theta, -float(found.fun), bool(found.success) or flat


def observed_information(
    data: CountSequences, theta: Floats, shape: Shape, step: float = 1e-4
) -> Floats:
    """Return minus the Hessian, by central differences of the exact score.

    Parameters
    ----------
    data : CountSequences
        The observations.
    theta : ndarray, shape (p,)
        The maximum, in working parameters.
    shape : Shape
        What is free.
    step : float
        Half-width of the differences.

    Returns
    -------
    ndarray, shape (p, p)
        Symmetric.
    """
    p = len(theta)
    hessian = np.empty((p, p))
    for i in range(p):
        move = np.zeros(p)
        move[i] = step
        above = log_likelihood_and_score(theta + move, data, shape)[1]
        below = log_likelihood_and_score(theta - move, data, shape)[1]
        hessian[i] = (above - below) / (2 * step)
    return -(hessian + hessian.T) / 2
