"""A Finding: what a check found about data or a model, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Verdict = Literal["holds", "does not hold", "cannot tell"]

HOLDS: Verdict = "holds"
DOES_NOT_HOLD: Verdict = "does not hold"
CANNOT_TELL: Verdict = "cannot tell"


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Parameters
    ----------
    check : str
        Name of the check, as in "dispersion".
    verdict : {"holds", "does not hold", "cannot tell"}
        Whether what the check asks for is so.
    sentence : str
        What was found and what follows, for a reader.
    statistic, p_value : float, optional
        The test behind it, where there is one.
    unit : str
        Unit of a panel the finding is about; empty for all.

    Examples
    --------
    >>> print(Finding("estimable", "cannot tell", "Only one period has a known count."))
    estimable: cannot tell. Only one period has a known count.
    """

    check: str
    verdict: Verdict
    sentence: str
    statistic: float | None = None
    p_value: float | None = None
    unit: str = ""

    def __str__(self) -> str:
        where = f" [{self.unit}]" if self.unit else ""
        return f"{self.check}{where}: {self.verdict}. {self.sentence}"


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as a frame, a row a finding.

    Parameters
    ----------
    findings : iterable of Finding
        In the order wanted.

    Returns
    -------
    DataFrame
        With check, verdict, sentence, statistic, p_value, unit.

    Examples
    --------
    >>> findings_table([Finding("zeros", "holds", "As expected.")])["verdict"][0]
    'holds'
    """
    rows = [
        {
            "check": f.check,
            "verdict": f.verdict,
            "sentence": f.sentence,
            "statistic": f.statistic,
            "p_value": f.p_value,
            "unit_name": f.unit,
        }
        for f in findings
    ]
    columns = ["check", "verdict", "sentence", "statistic", "p_value", "unit_name"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"statistic": "Float64", "p_value": "Float64"})
