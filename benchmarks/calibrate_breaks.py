"""What a break must cost for one break-free series in twenty to be given one.

Run with ``python benchmarks/calibrate_breaks.py [N]``. For series without a break it
prints the 95 % quantile of the largest gain in -2 log-likelihood a break, over one to
ten breaks: at that price one series in twenty gets a break. The line of
`calibrated_penalty` (in `conflictstats.numerics.segment_size`) lies near the largest
quantile of each length; the last column is the share of series that get one at it.
"""

from __future__ import annotations

import math
import sys

import numpy as np

from conflictstats.numerics.segment_size import calibrated_penalty, paths, prepare

LENGTHS = (12, 18, 24, 36, 60, 120, 240)
# Dispersion alpha and mean of a period.
COUNTS = ((0.0, 8.0), (0.5, 8.0), (2.0, 8.0), (0.5, 0.75), (2.0, 40.0))


def gains(n, alpha, mean, repeats):
    """Return the largest gain a break of each series."""
    rng = np.random.default_rng([3, n, int(10 * alpha), int(100 * mean)])
    out = []
    for _ in range(repeats):
        frailty = rng.gamma(1 / alpha, alpha, n) if alpha else np.ones(n)
        y = rng.poisson(mean * frailty).astype(float)
        if not y.any():
            continue
        found = paths(prepare(y, None, "nb", 3), 10)
        out.append(max((found[0].neg2ll - f.neg2ll) / len(f.breaks) for f in found[1:]))
    return np.array(out)


def main(repeats):
    """Print a row a length and kind of counts."""
    print("  n  alpha  mean   95 %    BIC  line  false at BIC  false at the line")
    for n in LENGTHS:
        for alpha, mean in COUNTS:
            gain = gains(n, alpha, mean, repeats)
            bic, line = 2 * math.log(n), calibrated_penalty(n)
            print(
                f"{n:3d}  {alpha:5.1f}  {mean:4.1f}  {np.quantile(gain, 0.95):5.2f}  "
                f"{bic:5.2f} {line:5.2f}  {np.mean(gain > bic):12.1%}  "
                f"{np.mean(gain > line):17.1%}",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
