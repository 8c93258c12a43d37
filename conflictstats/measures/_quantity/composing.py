"""Join symbols into numbers: "1.2 million", "half a dozen", "a few thousand"."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from conflictstats.measures._quantity.symbols import Number, Symbol, value_of
from conflictstats.measures._quantity.vocabulary import Vocabulary

_LARGEST = 10**12
_DAYS, _YEARS = range(1, 32), range(1900, 2101)


def compose(symbols: list[Symbol], vocabulary: Vocabulary) -> list[Symbol]:
    """Return the symbols with every number joined into one.

    Examples
    --------
    >>> from conflictstats.measures._quantity.symbols import read_symbols
    >>> from conflictstats.measures._quantity.text import cut
    >>> from conflictstats.measures._quantity.vocabulary import load
    >>> en = load("en")
    >>> compose(read_symbols(cut("half a million"), en), en)[0].value.value
    500000
    """
    return _Composer(symbols, vocabulary).run()


def _is_broken(figure: str) -> bool:
    """Tell a figure that is no number ("007", "1,2,3") from a decimal."""
    return figure.isdecimal() or sum(mark in ".,'_ " for mark in figure) != 1


class _Composer:
    """Walks over the symbols once, left to right."""

    def __init__(self, symbols: list[Symbol], vocabulary: Vocabulary) -> None:
        self.symbols = symbols
        self.codes = "".join(symbol.code for symbol in symbols)
        self.vocabulary = vocabulary
        self.out: list[Symbol] = []
        self.at = 0

    def run(self) -> list[Symbol]:
        steps = {
            "Q": self._number,
            "N": self._number,
            "H": self._number,
            "J": self._one_and_half,
            "K": self._round,
            "F": self._fraction,
            "V": self._vague_scale,
            "e": self._small_vague,
            "1": self._article,
        }
        while self.at < len(self.symbols):
            step = steps.get(self.codes[self.at])
            if step is None:
                self._keep()
            else:
                step()
        return self.out

    def _keep(self) -> None:
        self.out.append(self.symbols[self.at])
        self.at += 1

    def _code(self, ahead: int = 0) -> str:
        return self.codes[self.at + ahead : self.at + ahead + 1]

    def _skip(self, ahead: int, codes: str) -> int:
        while self._code(ahead) and self._code(ahead) in codes:
            ahead += 1
        return ahead

    def _scales(self, ahead: int) -> tuple[int, int]:
        """Return the product of the scales from `ahead` on, and where they end."""
        product = 1
        while self._code(ahead) and self._code(ahead) in "HV":
            product *= self.symbols[self.at + ahead].value
            ahead += 1
        return product, ahead

    def _article(self) -> None:
        if self._code(1) == "H":
            self.at += 1
            self._number()
        else:
            self._keep()

    def _one_and_half(self) -> None:
        product, ahead = self._scales(1)
        self._push(Fraction(3, 2) * product, ahead, scale=product)

    def _round(self) -> None:
        """Read "une centaine", about a hundred; "deux dizaines" is read as 20."""
        times = 1
        previous = self.out[-1] if self.out else Symbol("")
        if previous.code in ("N", "D") and previous.value.value < 100:
            times = self.out.pop().value.value
        elif previous.code == "1":
            self.out.pop()
        self._push(Fraction(times * self.symbols[self.at].value), 1)
        if not any(symbol.code in "gmulan" for symbol in self.out):
            self.out.append(Symbol("A"))

    def _fraction(self) -> None:
        ahead = self._skip(1, "o1d")
        product, end = self._scales(ahead)
        if end == ahead:
            self._keep()
            return
        self._push(self.symbols[self.at].value * product, end, scale=product)

    def _vague_scale(self) -> None:
        unit, scale, ahead = self.symbols[self.at].value, 1, 1
        while True:
            gap = self._skip(ahead, "ofd")
            if self._code(gap) not in ("V", "H"):
                break
            scale *= self.symbols[self.at + gap].value
            ahead = gap + 1
        self.out.append(Symbol("V", (unit, scale)))
        self.at += ahead

    def _small_vague(self) -> None:
        name = self.symbols[self.at].value
        gap = self._skip(1, "ofd")
        product, end = self._scales(gap)
        if end == gap:
            self.out.append(Symbol("e", (name, 1)))
            self.at += 1
            return
        self.out.append(Symbol("e", (name, product)))
        self.at += end

    def _number(self) -> None:
        if self._code(1) == "F" and self._is_numerator():
            return
        value, scale, ahead, plain = self._factor()
        if value is None:
            broken = self.codes[self.at] == "Q" and _is_broken(
                self.symbols[self.at].value
            )
            self.out.append(Symbol("X", "figure" if broken else "fraction"))
            self.at += 1
            return
        total, scale, ahead = self._add_rest(value, scale, ahead)
        plain = plain and ahead == 1
        self._push(total, ahead, scale=scale, plain=plain)

    def _is_numerator(self) -> bool:
        """Read "one half million" and "three quarters of a million"."""
        symbol, share = self.symbols[self.at], self.symbols[self.at + 1].value
        gap = self._skip(2, "o1d")
        product, end = self._scales(gap)
        if end == gap or symbol.code != "N" or symbol.value.value * share >= 1:
            return False
        self._push(symbol.value.value * share * product, end, scale=product)
        return True

    def _factor(self, ahead: int = 0) -> tuple[Fraction | None, int, int, bool]:
        """Read a number with its half and scales from `ahead` on."""
        symbol = self.symbols[self.at + ahead]
        if symbol.code == "H":
            product, end = self._scales(ahead)
            return Fraction(product), product, end, False
        after = ahead + 1
        half, after_half = self._half(after)
        if half and self._code(after_half) in ("H", "V"):
            after = after_half
        else:
            half = Fraction(0)
        product, end = self._scales(after)
        value = self._atom(symbol, scaled=end > after)
        if value is None:
            return None, 1, end, False
        scale = product if product > 1 else getattr(symbol.value, "scale", 1)
        plain = symbol.code == "Q" and not half
        if value >= product >= 1000 and symbol.code == "N":
            # "one million two hundred" - "thousand": only the last part is multiplied
            kept = value // (product * 1000) * (product * 1000)
            return kept + (value - kept) * product, product, end, plain
        return (value + half) * product, scale, end, plain

    def _half(self, ahead: int) -> tuple[Fraction, int]:
        """Read "and a half" (in one word in Turkish) from `ahead` on."""
        if self._code(ahead) == "Z":
            return Fraction(1, 2), ahead + 1
        gap = self._skip(ahead + 1, "1") if self._code(ahead) == "&" else ahead
        if gap > ahead and self._code(gap) == "F":
            return self.symbols[self.at + gap].value, gap + 1
        return Fraction(0), ahead

    def _atom(self, symbol: Symbol, *, scaled: bool) -> Fraction | None:
        if symbol.code == "N":
            number = symbol.value
            return Fraction(getattr(number, "value", number))
        scaled_range = self._scale_of_range_end()
        value: Any = value_of(symbol.value, self.vocabulary, scaled=scaled)
        if value is not None and value.denominator > 1 and not scaled:
            # "1.5-2 million": the scale of the far end holds for both
            return value * scaled_range if scaled_range else None
        return value if isinstance(value, Fraction) else None

    def _scale_of_range_end(self) -> int:
        if self._code(1) in ("t", "-", "&", "|") and self._code(2) in ("Q", "N"):
            product, end = self._scales(3)
            return product if end > 3 else 0
        return 0

    def _add_rest(
        self, total: Fraction, scale: int, ahead: int
    ) -> tuple[Fraction, int, int]:
        """Add "and a half" and smaller numbers: "2 bin 557", "a million and a half"."""
        half, end = self._half(ahead)
        if half and scale >= 1000 and self._code(end) != "o":
            return total + half * scale, scale, end
        ranged = any(symbol.code == "b" for symbol in self.out)
        while scale >= 100:
            gap = self._skip(ahead, "&") if not ranged else ahead
            if self._code(gap) == "," and scale >= 1000 and self._code(gap + 1) == "N":
                gap += 1  # "three thousand, two hundred"
            if self._code(gap) not in ("Q", "N"):
                break
            value, smaller, end, _ = self._factor(gap)
            if value is None or value >= scale or value.denominator > 1:
                break
            total, scale, ahead = total + value, smaller, end
        return total, scale, ahead

    def _push(
        self, value: Fraction, ahead: int, scale: int = 1, plain: bool = False
    ) -> None:
        symbol = self.symbols[self.at]
        self.at += ahead
        if value.denominator > 1 or value > _LARGEST:
            self.out.append(
                Symbol("X", "fraction" if value.denominator > 1 else "too_large")
            )
            return
        whole = int(value)
        code = "N"
        if plain and symbol.value.isdecimal():
            code = "D" if whole in _DAYS else "Y" if whole in _YEARS else "N"
        number = Number(whole, scale, plain, dozen=whole == scale == 12)
        self.out.append(Symbol(code, number))
