"""Every fit takes draws of uncertain counts: each is fitted, the fits are pooled."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from conflictstats.errors import ArgumentError
from conflictstats.models._result import FitResult
from conflictstats.models.pooling import pool_fits
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel

# What one draw may be.
_KINDS = (Panel, Dataset, pd.Series, pd.DataFrame, Mapping)
P = ParamSpec("P")
R = TypeVar("R", bound=FitResult)


def takes_draws(fit: Callable[P, R]) -> Callable[P, R]:
    """Let a ``fit_*`` accept a list of draws in place of its data.

    Parameters
    ----------
    fit : callable
        A fit whose first argument is the data.

    Returns
    -------
    callable
        The same; given what `sample_counts` returns (a list of Panels, Datasets,
        Series or tables) it fits each and returns `pool_fits` of them: a
        `PooledResult`.
    """

    @functools.wraps(fit)
    def fitted(*args: P.args, **kwargs: P.kwargs) -> R:
        if not args or not is_draws(args[0]):
            return fit(*args, **kwargs)
        draws: Any = args[0]
        if len({type(one) for one in draws}) > 1:
            message = (
                "Draws must all be of one kind: Panels, Datasets, Series or mappings."
            )
            raise ArgumentError(message)
        each: Any = [fit(one, *args[1:], **kwargs) for one in draws]  # type: ignore[arg-type]
        level = each[0].call.get("level", 0.95) if each[0].call else 0.95
        pooled: Any = pool_fits(each, level=level)
        return pooled  # type: ignore[no-any-return]

    return fitted


def is_draws(data: object) -> bool:
    """Tell whether data are draws: a list of two or more whole data sets.

    Examples
    --------
    >>> is_draws([1, 2, 3]), is_draws([pd.Series([1]), pd.Series([2])])
    (False, True)
    """
    return (
        isinstance(data, list | tuple)
        and len(data) > 1
        and all(isinstance(one, _KINDS) for one in data)
    )
