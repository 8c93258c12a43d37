"""One defined column."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column's definition.

    Parameters
    ----------
    name : str
        The column's name in every table that carries it.
    meaning : str
        What a value says, in one sentence.
    unit : str
        Unit of the values; empty for text.
    dtype : str
        pandas dtype, or "any" where it follows the user's data.
    """

    name: str
    meaning: str
    unit: str = ""
    dtype: str = "str"
