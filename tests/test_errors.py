import inspect

import pytest

from conflictstats import errors

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if kind is not errors.ConflictStatsError
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_every_error_is_ours_and_a_builtin_too(kind):
    assert issubclass(kind, errors.ConflictStatsError)
    assert any(base.__module__ == "builtins" for base in kind.__mro__[1:-2])
    assert kind.__doc__
