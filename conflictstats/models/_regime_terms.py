"""The estimates of a regime model as rows, and what was found while fitting."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import chdtrc, ndtri

from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.models._regime_fit import ChosenModel, UnitRegimes

FEW_EXITS = 5.0


def terms(fitted: UnitRegimes, level: float) -> list[dict[str, Any]]:
    """Return a row a rate, size, expected duration, long-run share and move.

    Parameters
    ----------
    fitted : UnitRegimes
        The fit.
    level : float
        Coverage of the intervals.

    Returns
    -------
    list of dict
        Intervals are symmetric on the log scale for rates and sizes and on the logit
        scale for moves and durations; missing where the estimate is on its boundary.
    """
    if fitted.chosen is None:
        return []
    chosen, z = fitted.chosen, float(ndtri(0.5 + level / 2))
    model, said = chosen.model, chosen.uncertainty
    rows: list[dict[str, Any]] = []
    for j in range(model.n_states):
        finite = np.isfinite(model.sizes[j])
        base = {
            "unit_name": fitted.label,
            "regime": j + 1,
            "conf_level": level,
            "regime_family": "negative binomial" if finite else "Poisson",
        }
        rows.append(base | _on_log("rate", model.rates[j], said.log_rate[j], z))
        if finite:
            rows.append(base | _on_log("size", model.sizes[j], said.log_size[j], z))
    for g in range(len(model.gamma)):
        rows += _group_terms(chosen, g, fitted.group_label(g), level, z)
    return rows


def _group_terms(
    chosen: ChosenModel, g: int, label: str, level: float, z: float
) -> list[dict[str, Any]]:
    model, said = chosen.model, chosen.uncertainty
    rows = []
    for i in range(model.n_states if model.n_states > 1 else 0):
        base = {"unit_name": label, "regime": i + 1, "conf_level": level}
        stay = model.gamma[g, i, i]
        rows.append(base | _duration(stay, said.stay_logit[g, i], z))
        share = chosen.model.delta[g, i]
        rows.append(base | {"term": "share", "estimate": share, "scale": "probability"})
        for k in range(model.n_states):
            if k != i:
                p, error = model.gamma[g, i, k], said.move_logit[g, i, k]
                rows.append(
                    base | {"to_regime": k + 1} | _on_logit("move", p, error, z)
                )
    return rows


def _factor(error: float, z: float) -> float:
    """Return the half-width of an interval as a factor.

    Beyond a million the parameter is not known at all, and a number would say it is:
    the interval is then missing.
    """
    reach = z * error
    return float(np.exp(reach)) if reach < np.log(1e6) else np.nan


def _on_log(term: str, value: float, error: float, z: float) -> dict[str, Any]:
    return {
        "term": term,
        "estimate": value,
        "std_error": value * error,
        "conf_low": value / _factor(error, z),
        "conf_high": value * _factor(error, z),
        "scale": "count a period" if term == "rate" else "size",
    }


def _on_logit(term: str, p: float, error: float, z: float) -> dict[str, Any]:
    odds = p / max(1 - p, 1e-300)
    low, high = odds / _factor(error, z), odds * _factor(error, z)
    return {
        "term": term,
        "estimate": p,
        "std_error": p * (1 - p) * error,
        "conf_low": low / (1 + low),
        "conf_high": high / (1 + high),
        "scale": "probability a period",
    }


def _duration(stay: float, error: float, z: float) -> dict[str, Any]:
    odds = stay / max(1 - stay, 1e-300)
    return {
        "term": "duration",
        "estimate": 1 + odds,
        "std_error": odds * error,
        "conf_low": 1 + odds / _factor(error, z),
        "conf_high": 1 + odds * _factor(error, z),
        "scale": "periods",
    }


def regime_findings(fitted: UnitRegimes, criterion: str) -> list[Finding]:
    """Return what was found about one fit, a Finding a question.

    Parameters
    ----------
    fitted : UnitRegimes
        The fit.
    criterion : {"bic", "icl"}
        What chose the number of regimes.

    Returns
    -------
    list of Finding
        Only "estimable" where there is no model.
    """
    unit = fitted.label
    if fitted.chosen is None:
        return [Finding("estimable", CANNOT_TELL, fitted.reason, unit=unit)]
    found = [_optimum(fitted), _number(fitted, criterion)]
    found += _held(fitted)
    found += _residuals(fitted)
    return found


def _optimum(fitted: UnitRegimes) -> Finding:
    record = fitted.chosen_candidate
    agree, tried = record["n_at_optimum"], record["n_starts"]
    said = f"{agree} of {tried} starts reached the best maximum"
    if record["n_rejected"]:
        said += f"; {record['n_rejected']} ended in a regime of under two periods"
    enough = agree >= 2 or tried == 1
    if not enough:
        said += ". Ask for more starts before trusting it"
    verdict = HOLDS if enough else CANNOT_TELL
    return Finding("optimum", verdict, said + ".", unit=fitted.label)


def _number(fitted: UnitRegimes, criterion: str) -> Finding:
    usable = [c for c in fitted.candidates if np.isfinite(c["log_likelihood"])]
    by = {
        name: min(usable, key=lambda c: c[name])["n_regimes"] for name in ("bic", "icl")
    }
    tried = ", ".join(str(c["n_regimes"]) for c in usable)
    if len(usable) == 1:
        verdict, said = CANNOT_TELL, f"Only {tried} regime(s) could be compared."
    elif by["bic"] == by["icl"]:
        verdict = HOLDS
        said = f"BIC and ICL both choose {by['bic']} of {tried} regimes."
    else:
        verdict = CANNOT_TELL
        said = (
            f"BIC chooses {by['bic']} and ICL {by['icl']} of {tried} regimes; "
            f"{criterion.upper()} was followed. ICL asks that the regimes can be told "
            "apart period by period."
        )
    return Finding("number of regimes", verdict, said, unit=fitted.label)


def _held(fitted: UnitRegimes) -> list[Finding]:
    """Say which durations rest on few exits, and which regimes turned out Poisson."""
    chosen = fitted.chosen
    if chosen is None or chosen.model.n_states == 1:
        return []
    found = []
    exits = chosen.moves.sum(axis=2) - np.diagonal(chosen.moves, axis1=1, axis2=2)
    for g, row in enumerate(exits):
        few = [j + 1 for j, n in enumerate(row) if n < FEW_EXITS]
        counts = ", ".join(f"{row[j - 1]:.1f} from regime {j}" for j in few)
        said = (
            f"Durations rest on few exits ({counts}): read their intervals as rough."
            if few
            else f"Every regime was left at least {FEW_EXITS:.0f} times."
        )
        verdict = CANNOT_TELL if few else HOLDS
        found.append(Finding("durations", verdict, said, unit=fitted.group_label(g)))
    return found


def _residuals(fitted: UnitRegimes) -> list[Finding]:
    """Check the forecast pseudo-residuals for their law and their independence."""
    frame = fitted.augment().dropna(subset=["pit_low"])
    low, high = frame["pit_low"].to_numpy(), frame["pit_high"].to_numpy()
    n, bins = len(low), 10
    if n < 5 * bins:
        said = f"{n} known periods are too few to check the residuals' law."
        law = Finding("residual law", CANNOT_TELL, said, unit=fitted.label)
    else:
        p = _pit_p_value(low, high, bins)
        fits = p > 0.05
        said = (
            "The forecast pseudo-residuals are spread as they should be."
            if fits
            else "The forecast pseudo-residuals are not spread as they should be: the "
            "regimes do not describe how counts vary."
        )
        verdict = HOLDS if fits else DOES_NOT_HOLD
        law = Finding("residual law", verdict, said, p_value=p, unit=fitted.label)
    return [law, _independence(frame["pseudo_residual"].to_numpy(float), fitted.label)]


def _pit_p_value(low: np.ndarray, high: np.ndarray, bins: int) -> float:
    """Chi-squared test of the non-randomised PIT histogram (Czado et al. 2009).

    Each observation is spread evenly over its segment, which makes the bins vary less
    than multinomial ones: the test is conservative for small counts.
    """
    edges = np.linspace(0, 1, bins + 1)
    width = np.maximum(high - low, 1e-12)
    below = np.clip((edges[:, None] - low) / width, 0, 1).sum(axis=1)
    expected = len(low) / bins
    return float(chdtrc(bins - 1, ((np.diff(below) - expected) ** 2 / expected).sum()))


def _independence(z: np.ndarray, unit: str, lags: int = 10) -> Finding:
    """Ljung-Box test on the middle pseudo-residuals."""
    n, lags = len(z), min(lags, len(z) // 5)
    z = z - z.mean()
    power = float(z @ z)
    if lags < 1 or power <= 0:
        said = "Too few known periods to check the residuals' independence."
        return Finding("residual independence", CANNOT_TELL, said, unit=unit)
    r = np.array([z[k:] @ z[:-k] for k in range(1, lags + 1)]) / power
    statistic = float(n * (n + 2) * (r**2 / (n - np.arange(1, lags + 1))).sum())
    p = float(chdtrc(lags, statistic))
    fits = p > 0.05
    said = (
        f"No correlation of the pseudo-residuals is left up to lag {lags}."
        if fits
        else f"The pseudo-residuals are correlated up to lag {lags}: within a regime "
        "counts still depend on the periods before."
    )
    verdict = HOLDS if fits else DOES_NOT_HOLD
    return Finding(
        "residual independence",
        verdict,
        said,
        statistic=statistic,
        p_value=p,
        unit=unit,
    )
