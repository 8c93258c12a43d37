import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, ArgumentTypeError


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"sides": ("A", "A")}, "two different names"),
        ({"sides": ("A", "B", "C")}, "two different names"),
        ({"baseline": (1, 2, 3)}, "two rows of two"),
        ({"branching": ((0.1,), (0.2,))}, "two rows of two"),
        ({"baseline": (-1, 1)}, "`baseline` must be"),
        ({"branching": ((0.1, -0.1), (0, 0))}, "`branching` must be"),
        ({"branching": ((0.5, 0.5), (0.5, 0.5))}, "spectral radius below 1"),
        ({"decay": 0}, "`decay` must be"),
        ({"deaths": -1}, "`deaths` must be"),
        ({"dispersion": 0}, "`dispersion` must be"),
        ({"civilian_share": 1.1}, "`civilian_share` must be"),
    ],
)
def test_a_conflict_that_cannot_be_is_refused(options, match):
    with pytest.raises(ArgumentError, match=match):
        cs.SimulatedConflict(**options)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"reporters": 0}, ArgumentError),
        ({"reporters": 1.5}, ArgumentError),
        ({"detection": 1.2}, ArgumentError),
        ({"lag_days": -1}, ArgumentError),
        ({"vague": "some"}, ArgumentTypeError),
    ],
)
def test_reporting_that_cannot_be_is_refused(options, error):
    with pytest.raises(error, match=f"`{next(iter(options))}` must be"):
        cs.SimulatedReporting(**options)


def test_spectral_radius_by_hand():
    # Eigenvalues of [[a, b], [b, a]] are a + b and a - b.
    conflict = cs.SimulatedConflict(branching=((0.4, 0.2), (0.2, 0.4)))
    assert conflict.spectral_radius == pytest.approx(0.6)
