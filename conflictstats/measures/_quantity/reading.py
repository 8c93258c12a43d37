"""The grammar: what a phrase says, before any policy says what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conflictstats.measures._quantity.composing import compose
from conflictstats.measures._quantity.enumerating import (
    contradicts,
    count_people,
    is_plural,
    one_as_article,
)
from conflictstats.measures._quantity.refusals import set_aside
from conflictstats.measures._quantity.symbols import (
    Number,
    Symbol,
    is_articleless,
    read_symbols,
)
from conflictstats.measures._quantity.text import Token
from conflictstats.measures._quantity.vocabulary import Vocabulary


@dataclass(frozen=True)
class Reading:
    """What a phrase says.

    Parameters
    ----------
    kind : str
        number, ordinal, range, bounds, share, vague, one, zero, unknown or refused.
    first, last : int
        The number, or the ends of a range.
    qualifiers : tuple of str
        Letters of the qualifiers, outermost first.
    word : str
        The vague word or the reason of a refusal.
    scale : int
        What a vague word is multiplied by ("a few thousand": 1000).
    plain : bool
        Whether it is one figure with nothing but words around it.
    bare : bool
        Whether an ordinal stands without a noun.
    """

    kind: str
    first: int = 0
    last: int = 0
    qualifiers: tuple[str, ...] = ()
    word: str = ""
    scale: int = 1
    plain: bool = False
    bare: bool = False


def refuse(reason: str) -> Reading:
    """Return the reading of a phrase that says no count, and why."""
    return Reading("refused", word=reason)


_N = "[NDY]"
_COUNTS = re.compile(r"[NDYOVe]")
_DROPPED = re.compile(r"[\^vWdxpSCwIMhTyqU():.iXc$% ]")
_PREFIXES = {"g": "g", "m": "m", "u": "u", "l": "l", "a": "a", "n": "n", "s": "a"}
_SUFFIXES = {
    "G": "g",
    "g": "g",
    ">": "m",
    "+": "+",
    "L": "u",
    "u": "u",
    "<": "l",
    "A": "a",
    "a": "a",
    "E": "o",
    "~": "n",
}
# "12 killed, 5 of them children": the part's own figure stands before the word.
_PART_FIRST = re.compile(r"[,(;&.] *[NDY][ WdvpSC]*$")
_RANGES = re.compile(
    r"b([NDY])[&t-]([NDY])|f?([NDY])[t-]([NDY])|f([NDY])u([NDY])|([NDY])\|([NDY])"
)
_SIDE_BY_SIDE = re.compile(rf"{_N}[-t|]")
_BOUNDS = re.compile(r"(g*)([gm])[NDY][&,t|-]*([ul])[NDY]")
# A figure that cannot be read leaves the whole phrase unread; a date beside a count
# does not.
_FATAL = frozenset({"code", "figure", "fraction", "margin", "ratio", "too_large"})


def read_tokens(tokens: list[Token], vocabulary: Vocabulary) -> Reading:
    """Read a cut phrase in one language.

    Examples
    --------
    >>> from conflictstats.measures._quantity.text import cut
    >>> from conflictstats.measures._quantity.vocabulary import load
    >>> reading = read_tokens(cut("at least half a dozen people"), load("en"))
    >>> reading.kind, reading.first, reading.qualifiers
    ('number', 6, ('g',))
    """
    symbols = compose(read_symbols(tokens, vocabulary), vocabulary)
    symbols = count_people(one_as_article(symbols))
    if contradicts(symbols):
        return refuse("several_counts")
    codes, reasons = set_aside(symbols)
    return _Reader(symbols, codes, reasons, vocabulary).read()


class _Reader:
    """Applies the rules in order; the first that fits decides."""

    def __init__(
        self,
        symbols: list[Symbol],
        codes: str,
        reasons: list[str],
        vocabulary: Vocabulary,
    ) -> None:
        self.symbols = symbols
        self.codes = codes
        self.reasons = reasons
        self.vocabulary = vocabulary

    def read(self) -> Reading:
        self._cut_parts()
        return (
            self._wrong_kind()
            or self._share()
            or self._nothing()
            or self._no_count()
            or self._count()
        )

    def _cut_parts(self) -> None:
        """Drop what follows "including": a part of the count already read."""
        place = self.codes.find("k")
        while place >= 0:
            before = self._without_its_figure(self.codes[:place])
            if self._holds_a_count(before):
                self.codes = before.ljust(len(self.codes))
                return
            self.codes = self.codes[:place] + " " + self.codes[place + 1 :]
            place = self.codes.find("k")

    def _without_its_figure(self, codes: str) -> str:
        """Drop the part's own figure, if it is no larger than the whole before it."""
        part = _PART_FIRST.search(codes)
        whole = codes[: part.start()] if part else ""
        numbers = [n.value for n in self._numbers()[: len(re.findall(_N, codes))]]
        fits = self._holds_a_count(whole) and numbers[-1] <= max(
            numbers[:-1] or numbers
        )
        return whole if fits else codes

    @staticmethod
    def _holds_a_count(codes: str) -> bool:
        return _COUNTS.search(codes) is not None or "1" in codes

    def _wrong_kind(self) -> Reading | None:
        if "!" in self.codes:
            return refuse("negation")
        if "r" in self.codes:
            return refuse("rate")
        for reason in self.reasons:
            if reason in _FATAL:
                return refuse(reason)
        if "percentage" in self.reasons and re.search(r"X *[vdx]*o", self.codes):
            return refuse("percentage")
        if "^" in self.codes and len(re.findall(_N, self.codes)) > 1:
            return refuse("several_counts")  # "rose from 12 to 15"
        if re.search(rf"W\.?{_N}", self.codes):
            # "Brigade 12": an unread word right before a figure may make it a name
            return refuse("label")
        if re.search(rf"^-{_N}", self.codes):
            return refuse("negative")
        if self.codes == "dD" and self.vocabulary.code != "en":
            return refuse("date")  # "le 12" is a day as often as a count
        return None

    def _share(self) -> Reading | None:
        """Read "half of the 12"; a share of an unknown whole is refused."""
        if "R" in self.codes:
            return refuse("fraction")
        codes = re.sub(r"[dv ]", "", self.codes)
        if "F" not in codes:
            ordinal = re.fullmatch(rf"1?({_N})?OoN?({_N})[WpSCx]*", codes)
            if ordinal and self._values("O")[0] > 2:
                return self._share_of(1, self._values("O")[0])
            # "some of the 12", "a third of soldiers", "a third"
            if re.search(rf"[seV]o{_N}|Oo|1O$", codes):
                return refuse("fraction")
            return None
        match = re.search(rf"^([gmua]*)1?({_N})?Fo?({_N})[WpSCxo]*$", codes)
        if not match:
            return refuse("fraction")
        share = self._values("F")[0]
        times = self._numbers()[0].value if match[2] else 1
        wrap = tuple(_PREFIXES[code] for code in match[1])
        return self._share_of(times * share.numerator, share.denominator, wrap)

    def _share_of(
        self, numerator: int, denominator: int, wrap: tuple[str, ...] = ()
    ) -> Reading:
        whole = self._numbers()[-1].value
        low = whole * numerator // denominator
        high = -(-whole * numerator // denominator)
        if numerator > denominator:
            return refuse("fraction")
        if low == high:
            return Reading("number", low, low, wrap, word="share")
        return Reading("range", low, high, wrap, word="share")

    def _nothing(self) -> Reading | None:
        """Read "none", "no casualties", "unknown"."""
        counted = _COUNTS.search(self.codes)
        if "0" in self.codes or "z" in self.codes:
            if "?" in self.codes or ("z" in self.codes and "i" in self.codes):
                return Reading("unknown", word="unknown")
            if not counted or re.search(rf"0[od ]*{_N}", self.codes):
                return self._zero() if not self.reasons else refuse(self.reasons[0])
            return refuse("negation")
        if "?" in self.codes and not re.search("[NDYOV]", self.codes):
            return Reading("unknown", word="unknown")
        return None

    def _zero(self) -> Reading:
        wrap = ("g",) if self.codes.startswith("g") else ()
        return Reading("zero", qualifiers=wrap)

    def _no_count(self) -> Reading | None:
        """Read phrases without a number: "a mosque", "vehicles", "captured"."""
        if _COUNTS.search(self.codes):
            return None
        codes = self.codes.replace(" ", "")
        prefix = tuple(codes[: len(codes) - len(codes.lstrip("gmu"))])
        if self.reasons and not (set(self.reasons) == {"age"} and "1" in codes):
            return refuse(self.reasons[0])
        if "1" in codes:
            return self._article(codes, prefix)
        if re.search(r"s(?!o[WvdpSC]*$)", codes) or codes in ("s", "gs"):
            return Reading("vague", word="plural", qualifiers=prefix)
        if re.fullmatch(r"[gmua]*[xWdv]*[pCS](?:[&,]?[Wxv]*[pC])*[vi]*", codes):
            return self._bare_noun(codes, prefix)
        return Reading("unknown", word="no_count")

    def _article(self, codes: str, prefix: tuple[str, ...]) -> Reading:
        if codes.count("1") > 1 or re.search(r"[&,].*[pC]", codes):
            return refuse("several_counts")
        if re.search(r"1[xW]*c", codes):
            return refuse("collective")
        return Reading("one", 1, 1, qualifiers=prefix)

    def _bare_noun(self, codes: str, prefix: tuple[str, ...]) -> Reading:
        nouns = [s for s in self.symbols if s.code in "pSC"]
        singular = nouns[0].code == "S" or (
            nouns[0].code == "C" and not is_plural(str(nouns[0].value))
        )
        if not singular:
            return Reading("vague", word="plural", qualifiers=prefix)
        alone = re.fullmatch(r"[gmu]*v*S[Wvx]*", codes)
        if is_articleless(self.vocabulary) and alone:
            return Reading("one", 1, 1, qualifiers=prefix)
        return Reading("unknown", word="no_count")

    def _count(self) -> Reading:
        codes = self.codes
        if "1" in codes:
            joined = re.search(r"1[^NDYOVe]*[&,][^NDYOVe]*[NDYOVe]", codes)
            after = re.search(r"[NDYOVe].*[&,].*1", codes)
            if joined or after:
                return refuse("several_counts")
            codes = codes.replace("1", " ")
        if re.search(rf"{_N}x?co+{_N}", codes):
            return refuse("collective")  # "two families of five"
        if self._adds_a_person():
            return refuse("several_counts")
        skeleton = _DROPPED.sub("", codes)
        part = re.fullmatch(rf"([gmulans]*){_N}o+{_N}", skeleton)
        if part and self._numbers()[0].value <= self._numbers()[1].value:
            skeleton = f"{part[1]}N"
        skeleton = skeleton.replace("o", "").replace("?", "")
        skeleton = re.sub(r",+", ",", skeleton)
        if not re.search(rf"f{_N}[tu-]", skeleton):
            skeleton = skeleton.replace("f", "")  # a "from" that begins no range
        trimmed = skeleton.lstrip("&,|t").rstrip("&,|tf-")
        return self._bounds(skeleton) or self._peel(trimmed)

    def _adds_a_person(self) -> bool:
        """Tell "a couple and their child": a count and one more."""
        if re.search(r"[NDYOVe][^&]*&d", self.codes):
            return True  # "12 and the attacker"
        alone = r"&[dx ]*([SC])|([SC])[^NDYOVe&]*&[dx ]*[NDYOVe]"
        for match in re.finditer(alone, self.codes):
            symbol = self.symbols[match.start(1 if match[1] else 2)]
            if symbol.code == "S" or not is_plural(str(symbol.value)):
                return True
        return False

    def _bounds(self, skeleton: str) -> Reading | None:
        """Read "at least 5 and up to 10"."""
        match = _BOUNDS.fullmatch(skeleton)
        if not match:
            return None
        first, last = self._numbers()[:2]
        low = first.value + (match[2] == "m")
        high = last.value - (match[3] == "l")
        if low > high:
            return refuse("descending_range")
        return Reading("range", low, high, tuple(match[1]))

    def _peel(self, skeleton: str) -> Reading:
        before: list[str] = []
        while skeleton[:1] in _PREFIXES and skeleton:
            before.append(_PREFIXES[skeleton[0]])
            skeleton = skeleton[1:].lstrip("&,|t")
        after: list[str] = []
        while skeleton[-1:] in _SUFFIXES and skeleton:
            after.insert(0, _SUFFIXES[skeleton[-1]])
            skeleton = skeleton[:-1].rstrip(",")
        qualifiers = (*before, *reversed(after))
        return self._core(skeleton.strip(",").lstrip("&,|t"), qualifiers)

    def _core(self, skeleton: str, qualifiers: tuple[str, ...]) -> Reading:
        if skeleton in ("N", "D", "Y"):
            number = self._numbers()[0]
            word = "dozen" if number.dozen else ""
            return Reading(
                "number",
                number.value,
                number.value,
                qualifiers,
                word=word,
                plain=number.plain and len(self._numbers()) == 1,
            )
        if skeleton == "O":
            value = self._values("O")[0]
            bare = re.search(r"O[ xvW]*[pSC]", self.codes) is None
            return Reading("ordinal", value, value, qualifiers, bare=bare)
        if skeleton in ("V", "e"):
            return self._vague(skeleton, qualifiers)
        # without "between" or "from", the ends stand side by side
        loose = skeleton[:1] not in ("b", "f") and not _SIDE_BY_SIDE.search(self.codes)
        if _RANGES.fullmatch(skeleton) is None or loose:
            return refuse("several_counts")
        return self._range(skeleton, qualifiers)

    def _vague(self, letter: str, qualifiers: tuple[str, ...]) -> Reading:
        word, scale = self._values(letter)[0]
        name, times = _UNITS.get(word, (word, 1))
        if scale * times > _LARGEST_SCALE:
            return refuse("too_large")
        return Reading("vague", qualifiers=qualifiers, word=name, scale=scale * times)

    def _range(self, skeleton: str, qualifiers: tuple[str, ...]) -> Reading:
        first, last = self._numbers()[:2]
        low, high = first.value, last.value
        if last.scale > 1 and first.scale == 1 and low * last.scale <= high:
            low *= last.scale
        if low > high and skeleton[0] == "b":
            low, high = high, low
        if low > high:
            return refuse("descending_range")
        if low and high >= 100 * low and low < 1000 <= high:
            # "20-25,000" may mean 20,000 to 25,000
            return refuse("abbreviated_range")
        return Reading("range", low, high, qualifiers)

    def _values(self, letter: str) -> list:  # type: ignore[type-arg]
        return [
            symbol.value
            for symbol, code in zip(self.symbols, self.codes, strict=True)
            if code == letter
        ]

    def _numbers(self) -> list[Number]:
        return [
            symbol.value
            for symbol, code in zip(self.symbols, self.codes, strict=True)
            if code in "NDY"
        ]


# A plural scale word by its unit; some languages have one word for "tens of thousands".
_UNITS = {
    10: ("tens", 1),
    12: ("dozens", 1),
    20: ("scores", 1),
    100: ("hundreds", 1),
    1000: ("thousands", 1),
    10**4: ("tens", 1000),
    10**5: ("hundreds", 1000),
    10**6: ("millions", 1),
    10**9: ("billions", 1),
}
_LARGEST_SCALE = 10**9
