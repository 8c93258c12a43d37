"""Results as the package maketables reads them, for tables in Word, Typst and more.

That package asks a result for a few attributes and needs no import from here; see its
PLUGIN_EXTRACTOR_FORMAT. `maketables.ETable([fit, other]).save("docx")` then works.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from conflictstats.tables.regression import FACTS
from conflictstats.tables.rounding import cell
from conflictstats.tables.terms import name_terms

if TYPE_CHECKING:
    from collections.abc import Callable

# Their name for a column, and ours.
_COLUMNS = {
    "b": "estimate",
    "se": "std_error",
    "t": "statistic",
    "p": "p_value",
    "ci95l": "conf_low",
    "ci95u": "conf_high",
}
# Their keys for facts about a fit, and ours.
_KEYS = {"N": "n_obs", "ll": "log_likelihood"}


class WordTables:
    """What `FitResult` answers when maketables asks."""

    if TYPE_CHECKING:
        to_frame: Callable[..., pd.DataFrame]
        call: Mapping[str, Any]

    @property
    def __maketables_coef_table__(self) -> pd.DataFrame:
        """A row a term: b, se, t, p and the ends of the interval."""
        tidy = self.to_frame("tidy")
        if not {"term", "estimate"} <= set(tidy.columns):
            message = "This result has no terms with an estimate."
            raise AttributeError(message)
        # What is missing is NaN here: it leaves for a package that knows no other way.
        table = pd.DataFrame(
            {
                name: tidy[own]
                .astype("Float64")
                .to_numpy("float64", na_value=float("nan"))
                if own in tidy
                else float("nan")
                for name, own in _COLUMNS.items()
            },
            index=pd.Index(name_terms(tidy), name="Coefficient"),
        )
        if "conf_level" in tidy and not (tidy["conf_level"].dropna() == 0.95).all():
            # Only an interval of 95 % may be called one.
            return table.drop(columns=["ci95l", "ci95u"])
        return table

    def __maketables_stat__(self, key: str) -> Any:
        """Return a fact about the fit, None where it has none of the name."""
        glance = self.to_frame("glance")
        own = _KEYS.get(key, key)
        if own not in glance:
            return None
        value = glance[own].iloc[0]
        return None if pd.isna(value) else cell(value)

    @property
    def __maketables_depvar__(self) -> str:
        """What was modelled, in words."""
        measure = str(getattr(self, "measure", "") or "counts")
        return f"Reported {measure.replace('_', ' ')}"

    @property
    def __maketables_stat_labels__(self) -> dict[str, str]:
        """Names of the facts, as our own tables print them."""
        return {**FACTS, "N": FACTS["n_obs"], "ll": FACTS["log_likelihood"]}

    @property
    def __maketables_default_stat_keys__(self) -> list[str]:
        """The facts that this result has, in the order of our own tables."""
        glance = self.to_frame("glance")
        return [
            key for key in FACTS if key in glance and not pd.isna(glance[key].iloc[0])
        ]

    @property
    def __maketables_vcov_info__(self) -> dict[str, Any]:
        """How the errors were estimated, where a model has a choice."""
        said = self.__maketables_stat__("covariance")
        return {"vcov_type": said} if said else {}
