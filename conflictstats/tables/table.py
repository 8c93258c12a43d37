"""A finished table: its cells are text; it prints as text, HTML, LaTeX or CSV."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "×": r"$\times$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "∞": r"$\infty$",
}


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """A table ready to print.

    Parameters
    ----------
    frame : DataFrame
        Cells as text, with the headings as columns.
    caption : str
        What the table shows.
    notes : sequence of str
        What a reader must know, sources included; printed below.
    numeric : sequence of str
        Columns that are numbers and stand to the right.
    """

    frame: pd.DataFrame
    caption: str = ""
    notes: Sequence[str] = ()
    numeric: Sequence[str] = ()

    def to_text(self) -> str:
        """Return the table as plain text.

        Examples
        --------
        >>> print(Table(pd.DataFrame({"n": ["3"]}), numeric=["n"]).to_text())
        n
        -
        3
        """
        columns = [str(c) for c in self.frame.columns]
        rows = [[str(v) for v in row] for row in self.frame.itertuples(index=False)]
        widths = [
            max(len(line) for line in (name, *(row[i] for row in rows)))
            for i, name in enumerate(columns)
        ]
        right = [name in self.numeric for name in columns]

        def line(cells: Sequence[str]) -> str:
            padded = [
                c.rjust(w) if r else c.ljust(w)
                for c, w, r in zip(cells, widths, right, strict=True)
            ]
            return "  ".join(padded).rstrip()

        rule = "  ".join("-" * w for w in widths)
        head = [self.caption, ""] if self.caption else []
        foot = [f"Note: {note}" for note in self.notes]
        return "\n".join([*head, line(columns), rule, *map(line, rows), *foot])

    def to_html(self) -> str:
        """Return the table as an HTML table, every cell escaped.

        Examples
        --------
        >>> "&lt;b&gt;" in Table(pd.DataFrame({"a": ["<b>"]})).to_html()
        True
        """
        kinds = {str(c): self._kind(c) for c in self.frame.columns}

        def one(tag: str, text: object, column: str) -> str:
            kind = f' class="{kinds[column]}"' if kinds[column] else ""
            scope = ' scope="col"' if tag == "th" else ""
            return f"<{tag}{scope}{kind}>{html.escape(str(text))}</{tag}>"

        head = "".join(one("th", c, c) for c in self.frame.columns)
        body = "\n".join(
            "<tr>"
            + "".join(
                one("td", v, c) for v, c in zip(row, self.frame.columns, strict=True)
            )
            + "</tr>"
            for row in self.frame.itertuples(index=False)
        )
        caption = (
            f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        )
        notes = "".join(
            f'<p class="note">{html.escape(note)}</p>' for note in self.notes
        )
        return (
            f'<div class="table"><table>{caption}<thead><tr>{head}</tr></thead>\n'
            f"<tbody>\n{body}\n</tbody></table></div>{notes}"
        )

    def _kind(self, column: object) -> str:
        """Return "number", "day" (neither may break) or nothing for a column."""
        if column in self.numeric:
            return "number"
        cells = self.frame[column].astype("str")
        return "day" if cells.str.fullmatch(r"(\d{4}-\d{2}-\d{2})?").all() else ""

    def to_latex(self) -> str:
        r"""Return the table as LaTeX with the rules of the package booktabs.

        Examples
        --------
        >>> print(Table(pd.DataFrame({"a": ["5 %"]})).to_latex().splitlines()[4])
        5 \% \\
        """
        align = "".join("r" if c in self.numeric else "l" for c in self.frame.columns)
        lines = [
            f"\\begin{{tabular}}{{{align}}}",
            "\\toprule",
            " & ".join(latex(c) for c in self.frame.columns) + r" \\",
            "\\midrule",
        ]
        lines += [
            " & ".join(latex(v) for v in row) + r" \\"
            for row in self.frame.itertuples(index=False)
        ]
        lines += ["\\bottomrule", "\\end{tabular}"]
        if self.caption or self.notes:
            inner = [f"\\caption{{{latex(self.caption)}}}"] if self.caption else []
            notes = [f"\n\\smallskip\\footnotesize {latex(n)}" for n in self.notes]
            lines = ["\\begin{table}", "\\centering", *inner, *lines, *notes]
            lines.append("\\end{table}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()


def latex(value: object) -> str:
    r"""Write text so that LaTeX prints it as it is.

    Examples
    --------
    >>> latex("5 % of A_1")
    '5 \\% of A\\_1'
    """
    text = re.sub(r"\s+", " ", str(value))
    return "".join(_LATEX.get(c, c) for c in text)
