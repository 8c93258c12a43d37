"""Write the tables of ``docs/quantities.md`` from the parser itself.

Run with ``python docs/_generate_quantities.py``. What stands between the markers of the
page is replaced; the prose around them is written by hand. A test compares the page
with what this script would write.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from conflictstats import parse_quantity
from conflictstats.measures._quantity.policies import POLICIES

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "quantities.md"
CLAIMS = ROOT / "data" / "idlib_2020" / "claims.csv"

EXAMPLES = (
    "34",
    "eleven",
    "1.2 million",
    "at least 11",
    "more than 50",
    "400+",
    "up to 40",
    "fewer than 40",
    "about 40",
    "some 300,000",
    "20-odd",
    "nearly 300",
    "50–70",
    "a mosque",
    "16th soldier",
    "16th",
    "half of the 12 soldiers",
    "a dozen",
    "half a dozen",
    "none",
    "unknown",
    "9/11",
)
WORDS = (
    "a couple",
    "a few",
    "several",
    "a number of civilians",
    "many",
    "tens",
    "dozens",
    "scores",
    "hundreds",
    "thousands",
    "tens of thousands",
    "millions",
    "casualties unknown",
)
# Why a phrase differs, by the rule that ended its reading and the coder's modality.
REASONS = {
    ("unknown.no_count", "event_no_number"): (
        "The words report an event and no number; the coder counted it as one."
    ),
    ("refused.date", "event_no_number"): (
        "The only figure is a date; the coder counted the death it dates as one."
    ),
    ("unknown.no_count", "enumerated"): (
        "The coder counted names. Which words are names is not told by the phrase."
    ),
    ("refused.fraction", "fraction"): (
        "Half of a whole that another sentence gives; the phrase alone has no number."
    ),
    ("refused.percentage", "exact"): (
        "A share, not a count; codebook rule 13 keeps the 93 as a percentage."
    ),
    ("number", "at_least"): (
        'The phrase is a bare figure; its "at least" stands elsewhere in the article.'
    ),
}


def bounds(low: object, best: object, high: object) -> str:
    """Write bounds as `low / best / high`, open ends as a dot."""
    return " / ".join(
        "·" if end is None or end is pd.NA else f"{end:,}" for end in (low, best, high)
    )


def table(head: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def meaning(phrase: str, policy: str) -> str:
    """Write what a phrase means under a policy."""
    quantity = parse_quantity(phrase, policy)
    return bounds(quantity.low, quantity.best, quantity.high)


def examples() -> str:
    """Write the table of example phrases."""
    rows = []
    for phrase in EXAMPLES:
        said = parse_quantity(phrase)
        rows.append(
            [
                phrase,
                meaning(phrase, "literal"),
                meaning(phrase, "default"),
                said.qualifier,
                f"`{said.rule}`",
            ]
        )
    return table(["phrase", "literal", "default", "qualifier", "rule"], rows)


def words() -> str:
    """Write what every policy makes of the vague words."""
    rows = [[word, *(meaning(word, policy) for policy in POLICIES)] for word in WORDS]
    return table(["words", *POLICIES], rows)


def sources() -> str:
    """Write the source of every policy."""
    return table(
        ["policy", "source"], [[f"`{p.name}`", p.source] for p in POLICIES.values()]
    )


def claims() -> pd.DataFrame:
    """Return the claims with their reading under `literal` beside the hand coding."""
    frame = pd.read_csv(CLAIMS, dtype=str, keep_default_na=False)
    coded = frame[["low", "best", "high"]].apply(pd.to_numeric, errors="coerce")
    frame[["low", "best", "high"]] = coded.astype("Int64")
    read = parse_quantity(frame["quantity_text"], policy="literal")
    for end in ("low", "best", "high"):
        frame[f"read_{end}"] = read[end]
        frame[f"same_{end}"] = read[end].fillna(-1) == frame[end].fillna(-1)
    frame["rule"] = read["rule"]
    frame["agrees"] = frame[["same_low", "same_best", "same_high"]].all(axis=1)
    return frame


def agreement() -> str:
    """Write how many phrases agree."""
    frame = claims()
    frame["language"] = [
        parse_quantity(text, "literal").language or "figures only"
        for text in frame["quantity_text"]
    ]
    frame["carries a number"] = frame["modality"] != "event_no_number"
    rows = []
    for (language, carries), part in frame.groupby(["language", "carries a number"]):
        rows.append(
            [
                str(language),
                "yes" if carries else "no",
                str(len(part)),
                str(int(part["agrees"].sum())),
            ]
        )
    total = frame[frame["carries a number"]]
    rows.append(["all", "yes", str(len(total)), str(int(total["agrees"].sum()))])
    return table(["language read", "words carry a number", "phrases", "agree"], rows)


def differences() -> str:
    """Write every phrase that differs from the hand coding, and why."""
    frame = claims()
    rows = [
        [
            row.claim_id,
            row.quantity_text,
            bounds(row.low, row.best, row.high),
            bounds(row.read_low, row.read_best, row.read_high),
            f"`{row.rule}`",
            REASONS[row.rule, row.modality],
        ]
        for row in frame[~frame["agrees"]].itertuples()
    ]
    return table(["claim", "phrase", "coded", "read", "rule", "why"], rows)


SECTIONS = {
    "examples": examples,
    "words": words,
    "sources": sources,
    "agreement": agreement,
    "differences": differences,
}


def rebuild(page: str) -> str:
    """Return the page with every generated section made anew."""
    for name, write in SECTIONS.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        # blank lines around the table, so that Markdown sees one
        made = f"{begin}\n\n{write()}\n\n{end}"
        page = pattern.sub(lambda _, text=made: text, page)
    return page


if __name__ == "__main__":
    PAGE.write_text(rebuild(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
