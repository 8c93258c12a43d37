import numpy as np
import pytest

from conflictstats.tidy.places import priogrid_gid


@pytest.mark.parametrize(
    ("lat", "lon", "gid"),
    [
        (-90, -180, 1),
        (90, 180, 259_200),
        (0, 0, 129_961),
        (19.42847, -99.12766, 157_122),
    ],
)
def test_known_cells(lat, lon, gid):
    assert priogrid_gid([lat], [lon])[0] == gid


def test_outside_the_globe_is_missing():
    assert np.isnan(priogrid_gid([91, np.nan, 0], [0, 0, 181])).all()
