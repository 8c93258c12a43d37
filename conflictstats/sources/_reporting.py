"""How events get reported: who notices, how late, and in which words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

# Numerals people round to: by fives below fifty, by tens above.
_FIVES_FROM, _TENS_FROM = 10, 50

# Word, the numbers it is used for, and its lower bound in the codebook.
_WORDS = (
    ("several", 3, 9, 3, "several"),
    ("dozens of people", 24, 199, 24, "dozens"),
    ("hundreds", 200, 999, 200, "hundreds"),
)

_STYLES = ("at_least", "more_than", "about", "nearly", "up_to", "range", "vague")


@dataclass(frozen=True, eq=False)
class Reports:
    """What reporters print, a row a report, in order of event and reporter.

    Parameters
    ----------
    event : ndarray of int64, shape (m,)
        Position of the event.
    reporter : ndarray of int64, shape (m,)
        Who reports.
    lag : ndarray of int64, shape (m,)
        Days between event and report.
    words : DataFrame, shape (m, 5)
        quantity_text, low, best, high, modality.
    """

    event: np.ndarray
    reporter: np.ndarray
    lag: np.ndarray
    words: pd.DataFrame


def report(
    rng: np.random.Generator,
    killed: np.ndarray,
    *,
    reporters: int,
    detection: float,
    completeness: float,
    lag_days: float,
    vague: float,
) -> Reports:
    """Let each reporter notice, count and print each event or not.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    killed : ndarray of int64, shape (n,)
        True deaths.
    reporters : int
        How many there are.
    detection : float
        Probability that a reporter notices an event.
    completeness : float
        Probability that a reporter who noticed it counts a given death.
    lag_days : float
        Mean delay of a report.
    vague : float
        Share of reports whose words leave room.
    """
    shape = (len(killed), reporters)
    seen = rng.random(shape) < detection
    counted = rng.binomial(np.broadcast_to(killed[:, None], shape), completeness)
    lag = np.floor(rng.exponential(lag_days, shape)).astype("int64")
    style = rng.choice(len(_STYLES), shape)
    exact = rng.random(shape) >= vague
    event, reporter = np.nonzero(seen)
    style = np.where(exact, -1, style)[seen]
    return Reports(event, reporter, lag[seen], put_in_words(counted[seen], style))


def put_in_words(counted: np.ndarray, style: np.ndarray) -> pd.DataFrame:
    """Return phrases for counts, with the bounds their words allow.

    Parameters
    ----------
    counted : ndarray of int64, shape (m,)
        What the reporter counted.
    style : ndarray of int64, shape (m,)
        Position in the styles (at_least, more_than, about, nearly, up_to, range,
        vague); -1 for the bare number. A style that does not fit the number gives
        the bare number.

    Returns
    -------
    DataFrame
        quantity_text, low, best, high (NA where open) and modality, coded by the
        rules of the codebook of `idlib_2020`.
    """
    base = np.select([counted < _FIVES_FROM, counted < _TENS_FROM], [1, 5], default=10)
    below = counted // base * base
    above = (counted // base + 1) * base
    near = np.rint(counted / base).astype("int64") * base
    # "more than" a number below the counted one.
    under = (counted - 1) // base * base
    nothing = np.full(len(counted), -1)
    out = _Phrases(counted)
    some = counted >= 1
    chosen = {name: (style == i) & some for i, name in enumerate(_STYLES)}
    out.put(chosen["at_least"], "at_least", _say("at least {}", below), below, below)
    out.put(
        chosen["more_than"] & (under >= 1),
        "more_than",
        _say("more than {}", under),
        under + 1,
    )
    out.put(chosen["about"], "about", _say("about {}", near), nothing, near)
    out.put(chosen["nearly"], "nearly", _say("nearly {}", above), nothing, above, above)
    out.put(chosen["up_to"], "up_to", _say("up to {}", above), nothing, nothing, above)
    span = np.array([f"{a}-{b}" for a, b in zip(below, above, strict=True)], dtype="O")
    out.put(chosen["range"], "range", span, below, nothing, above)
    for word, first, last, low, modality in _WORDS:
        fits = chosen["vague"] & (counted >= first) & (counted <= last)
        out.put(fits, modality, np.full(len(counted), word), nothing * 0 + low)
    return out.frame()


class _Phrases:
    """Columns of a claim, bare numbers until told otherwise; -1 is open."""

    def __init__(self, counted: np.ndarray) -> None:
        self.text = counted.astype("str").astype("O")
        self.modality = np.full(len(counted), "exact", dtype="O")
        self.bounds = np.stack([counted] * 3, axis=1)

    def put(
        self, where: np.ndarray, modality: str, text: np.ndarray, *ends: np.ndarray
    ) -> None:
        self.text[where] = text[where]
        self.modality[where] = modality
        self.bounds[where] = -1
        for position, values in enumerate(ends):
            self.bounds[where, position] = values[where]

    def frame(self) -> pd.DataFrame:
        frame = pd.DataFrame({"quantity_text": pd.Series(self.text, dtype="str")})
        for position, name in enumerate(("low", "best", "high")):
            values = pd.Series(self.bounds[:, position]).astype("Int64")
            frame[name] = values.mask(values < 0)
        return frame.assign(modality=pd.Series(self.modality, dtype="str"))


def _say(phrase: str, numbers: np.ndarray) -> np.ndarray:
    return np.array([phrase.format(n) for n in numbers], dtype="O")


def code_events(reports: Reports) -> pd.DataFrame:
    """Return one coded count an event, as a recorder's desk makes it of all reports.

    Parameters
    ----------
    reports : Reports
        At least one a coded event.

    Returns
    -------
    DataFrame
        Index event; low, best, high, qualifier, raw_text, lag. low is the smallest
        lower end stated (0 if none is), best the number of the latest report which
        states one, high the largest upper end stated, open if every report's is.
    """
    words = reports.words.assign(event=reports.event, lag=reports.lag)
    stated = words["best"].fillna(words["low"])
    about = words["modality"] == "about"
    words["low"] = words["low"].fillna(words["best"])
    words["high"] = words["high"].mask(about, words["best"])
    words["best"] = stated
    by_event = words.sort_values(["event", "lag"], kind="stable").groupby("event")
    coded = pd.DataFrame(
        {
            "low": by_event["low"].min().fillna(0),
            "best": by_event["best"].last(),
            "high": by_event["high"].max(),
            "raw_text": by_event["quantity_text"].agg("; ".join),
            "lag": by_event["lag"].max(),
        }
    )
    # An open "at least 11" may say more than the closed 9 beside it.
    beyond = coded["best"] > coded["high"]
    coded["high"] = coded["high"].mask(beyond.fillna(False), coded["best"])
    exact = coded["low"] == coded["high"]
    coded["qualifier"] = np.select(
        [coded["high"].isna(), exact.fillna(False)], ["at_least", "exact"], "range"
    )
    return coded
