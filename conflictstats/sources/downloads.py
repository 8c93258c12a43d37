"""What was fetched and is kept on this machine: list it, remove it."""

from __future__ import annotations

import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.sources._download_cache import all_kept, path_of, remove

_COLUMNS = (
    *("provider", "url", "retrieved_at", "rows", "bytes", "may_redistribute"),
    *("sha256", "path"),
)


def list_downloads() -> pd.DataFrame:
    """List the downloads that are kept, and where.

    Returns
    -------
    DataFrame
        A row a download, the oldest first: provider, url (with its filters),
        retrieved_at, rows, bytes, may_redistribute, sha256, and path: the CSV that the
        provider's reader takes, should you want to read it with other options.

    Notes
    -----
    They lie in the folder that CONFLICTSTATS_CACHE names, else in the user's cache,
    with permissions for the user alone.

    Examples
    --------
    >>> import conflictstats as cs
    >>> cs.list_downloads().columns[:4].to_list()
    ['provider', 'url', 'retrieved_at', 'rows']
    """
    rows = [
        [
            *(getattr(kept, name) for name in _COLUMNS[:-1]),
            str(path_of(kept.sha256)),
        ]
        for kept in all_kept()
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    texts = ("provider", "url", "retrieved_at", "sha256", "path")
    types = dict.fromkeys(texts, "str") | {"rows": "Int64", "bytes": "Int64"}
    return frame.astype({**types, "may_redistribute": "bool"})


def clear_downloads(provider: str | None = None) -> int:
    """Remove downloads that are kept, and what processes that were killed left behind.

    Parameters
    ----------
    provider : str, optional
        As `list_downloads` names it; all if absent.

    Returns
    -------
    int
        Bytes that were freed.

    Raises
    ------
    ArgumentError
        If nothing of that provider is kept.

    Examples
    --------
    >>> import conflictstats as cs
    >>> cs.clear_downloads("nobody")
    Traceback (most recent call last):
    conflictstats.errors.ArgumentError: `provider` must be one of ...
    """
    kept = all_kept()
    if provider is not None:
        check_one_of(provider, "provider", sorted({k.provider for k in kept}))
    return remove({k.url for k in kept if provider in (None, k.provider)})
