"""Series stay apart for every colour vision, and in grey for the first three."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from conflictstats.errors import ArgumentError
from conflictstats.plots.palette import (
    DARK,
    DASHES,
    LIGHT,
    MARKERS,
    current_theme,
    in_theme,
    ink_on,
    shades,
)

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colour):
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    matrix = [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
    xyz = np.array(matrix) @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    weights = np.array([0.2126, 0.7152, 0.0722])
    a, b = sorted((float(weights @ linear(c)) for c in (one, other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("vision", VISION)
def test_series_stay_apart(theme, vision):
    seen = [lab(VISION[vision] @ linear(c)) for c in theme.series]
    apart = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(apart) > 15


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_first_three_stay_apart_in_grey(theme):
    lightness = sorted(lab(linear(c))[0] for c in theme.series[:3])
    assert min(np.diff(lightness)) > 10


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_words_and_lines_can_be_read(theme):
    assert contrast(theme.ink, theme.paper) > 12
    assert contrast(theme.muted, theme.paper) > 4.5
    assert all(contrast(c, theme.paper) > 2.3 for c in theme.series)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("vision", [*VISION, "grey"])
def test_shades_of_counts_are_steps_that_everybody_sees(theme, vision):
    for n in (2, 3, 4, 5):
        seen = []
        for colour in shades(n, theme):
            rgb = linear(colour)
            if vision == "grey":
                rgb = np.full(3, rgb @ [0.2126, 0.7152, 0.0722])
            seen.append(lab(VISION.get(vision, np.eye(3)) @ rgb))
        steps = np.diff([one[0] for one in seen])
        # One direction of lightness, and no step too small to see.
        assert (np.abs(steps) > 8).all()
        assert len(set(np.sign(steps))) == 1
        # Few stand out from the paper as well: they are not nothing.
        paper = lab(linear(theme.paper))
        assert np.linalg.norm(seen[0] - paper) > 5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_ink_on_any_shade_can_be_read(theme):
    for colour in (*shades(9, theme), *theme.series):
        assert contrast(ink_on(colour), colour) > 4.5


def test_markers_and_dashes_differ_where_colours_are_close():
    assert len(set(MARKERS)) == len(LIGHT.series) == len(set(DASHES))


def test_theme_lasts_as_long_as_its_context():
    with in_theme("dark"):
        assert current_theme() is DARK
        with in_theme("light"):
            assert current_theme() is LIGHT
        assert current_theme() is DARK
    assert current_theme() is LIGHT


def test_theme_comes_back_after_an_error():
    with pytest.raises(ZeroDivisionError), in_theme("dark"):
        raise ZeroDivisionError
    assert current_theme() is LIGHT


def test_unknown_theme_is_refused():
    with (
        pytest.raises(ArgumentError, match="Hint: did you mean 'dark'"),
        in_theme("drak"),
    ):
        pass
