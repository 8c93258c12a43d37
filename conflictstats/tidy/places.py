"""Places: grid cells from coordinates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

PRIOGRID_COLUMNS = 720
PRIOGRID_ROWS = 360


def priogrid_gid(latitude: ArrayLike, longitude: ArrayLike) -> np.ndarray:
    """Return the PRIO-GRID cell (half a degree square) of coordinates.

    Parameters
    ----------
    latitude, longitude : array_like, shape (n,)
        WGS84 degrees.

    Returns
    -------
    ndarray of float64, shape (n,)
        Cell numbers from 1 to 259,200; NaN where a coordinate is missing or
        outside the globe.

    Notes
    -----
    gid = floor((lat + 90) * 2) * 720 + floor((lon + 180) * 2) + 1; the north pole
    and the date line belong to the last row and column.

    References
    ----------
    Tollefsen, Strand and Buhaug (2012), PRIO-GRID: A unified spatial data structure.
    Journal of Peace Research 49(2).

    Examples
    --------
    >>> priogrid_gid([35.93], [36.63])
    array([181154.])
    """
    lat = np.asarray(latitude, dtype="float64")
    lon = np.asarray(longitude, dtype="float64")
    inside = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    row = np.minimum(np.floor((lat + 90) * 2), PRIOGRID_ROWS - 1)
    column = np.minimum(np.floor((lon + 180) * 2), PRIOGRID_COLUMNS - 1)
    return np.where(inside, row * PRIOGRID_COLUMNS + column + 1, np.nan)


def priogrid_corner(gid: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the south-western corner of PRIO-GRID cells.

    Parameters
    ----------
    gid : array_like, shape (n,)
        Cell numbers from 1 to 259,200.

    Returns
    -------
    tuple of ndarray of float64, shape (n,)
        Longitude and latitude, WGS84 degrees; NaN where there is no such cell.

    Examples
    --------
    >>> [float(v[0]) for v in priogrid_corner([181154])]
    [36.5, 35.5]
    """
    number = np.asarray(gid, dtype="float64") - 1
    inside = (number >= 0) & (number < PRIOGRID_COLUMNS * PRIOGRID_ROWS)
    number = np.where(inside, number, np.nan)
    return (
        (number % PRIOGRID_COLUMNS) / 2 - 180,
        (number // PRIOGRID_COLUMNS) / 2 - 90,
    )
