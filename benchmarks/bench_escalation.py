"""Maximum likelihood of self-exciting processes, beside the peers that are installed.

Run with ``python benchmarks/bench_escalation.py``. hawkesbook, HawkesPyLib and tick are
timed on the same events where they import; hawkesbow where R has it. Where one cannot
be run here its time is quoted from another machine, and says so. Times are processor
seconds after a first call; what compilation costs once is shown apart.
"""

from __future__ import annotations

import importlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from conflictstats.numerics.hawkes_draws import RecordedEvents, draw_history
from conflictstats.numerics.hawkes_estimate import estimate_hawkes, make_objective
from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CONFLICTSTATS_SHARED", ROOT.parent / "shared"))
# Processor seconds on another machine, as the project's design gives them.
QUOTED = {
    ("hawkesbow (R)", 100_000): 0.20,
    ("hawkesbow (R)", 1_000_000): 0.83,
    ("hawkesbow (R), power law", 10_000): 213.0,
    ("tick (decay fixed at the truth)", 100_000): 0.52,
    ("tick (decay fixed at the truth)", 1_000_000): 2.43,
}
TRUTH = np.array([np.log(0.4), 0.6, 0.0])


def processor(work: Callable[[], object], repeats: int = 3) -> tuple[float, object]:
    """Best processor time of a few calls, and the last result."""
    best, result = np.inf, None
    for _ in range(repeats):
        begin = time.process_time()
        result = work()
        best = min(best, time.process_time() - begin)
    return best, result


def shape_of(end: float, k: int = 1, kernel: str = "exponential") -> HawkesShape:
    base = PointBaseline("constant", 0.0, end)
    return HawkesShape(k, base, kernel_groups(k, "shared"), kernel)


def events(n: int) -> tuple[np.ndarray, float]:
    end = float(n)
    drawn = simulate_clusters(shape_of(end), TRUTH, np.random.default_rng(1))
    return drawn.times, end


def ours(times: np.ndarray, end: float, kernel: str = "exponential") -> np.ndarray:
    history = merge_history(times, np.zeros(times.size, int), (0.0, end), 1)
    found = estimate_hawkes(shape_of(end, kernel=kernel), history)
    return found.theta


def hawkesbook(times: np.ndarray, end: float) -> Callable[[], object]:
    book = importlib.import_module("hawkesbook")
    return lambda: book.exp_mle_with_grad(times, end)


def hawkespylib(times: np.ndarray, end: float) -> Callable[[], object]:
    module = importlib.import_module("HawkesPyLib.inference")
    return lambda: module.ExpHawkesProcessInference().estimate(times, end)


def tick(times: np.ndarray, end: float) -> Callable[[], object]:
    module = importlib.import_module("tick.hawkes")

    def work() -> object:
        return module.HawkesExpKern(1.0).fit([times], times[0])

    return work


def not_timed(name: str, why: str, n: int) -> None:
    """Say why a peer was not timed, with the seconds measured on another machine."""
    quoted = QUOTED.get((name, n))
    said = f"; quoted from elsewhere: {quoted:g} s" if quoted else ""
    print(f"  {name:<34} not timed ({why}){said}")


def peers(times: np.ndarray, end: float) -> None:
    size = 10 ** round(np.log10(times.size))
    for name, make in (
        ("hawkesbook (gradient)", hawkesbook),
        ("HawkesPyLib", hawkespylib),
        ("tick (decay fixed at the truth)", tick),
    ):
        try:
            work = make(times, end)
            work()
        except Exception as problem:
            not_timed(name, type(problem).__name__, size)
            continue
        print(f"  {name:<34}{processor(work, 2)[0]:9.3f} s")
    hawkesbow(times, end, size)


def hawkesbow(times: np.ndarray, end: float, size: int) -> None:
    if shutil.which("Rscript") is None:
        not_timed("hawkesbow (R)", "no R", size)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "times.txt"
        np.savetxt(path, times)
        code = (
            "library(hawkesbow); t <- scan(commandArgs(TRUE)[1], quiet = TRUE); "
            f"cat(system.time(mle(t, 'Exponential', {end}))[1])"
        )
        done = subprocess.run(
            ["Rscript", "-e", code, str(path)], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    if done.returncode:
        not_timed("hawkesbow (R)", "not installed", size)
        return
    print(f"  {'hawkesbow (R)':<34}{float(done.stdout):9.3f} s")


def univariate() -> None:
    for n in (100_000, 1_000_000):
        times, end = events(n)
        ours(times, end)
        seconds, theta = processor(lambda t=times, e=end: ours(t, e))
        print(f"{times.size:,} events, exponential, decay estimated")
        print(f"  {'conflictstats':<34}{seconds:9.3f} s   n = {theta[1]:.4f}")
        peers(times, end)


def power_law() -> None:
    times, end = events(10_000)
    ours(times, end, "power_law")
    seconds, theta = processor(lambda: ours(times, end, "power_law"))
    history = merge_history(times, np.zeros(times.size, int), (0.0, end), 1)
    bound = make_objective(shape_of(end, kernel="power_law"), history).error_bound(
        theta
    )
    print(f"{times.size:,} events, power law")
    print(
        f"  {'conflictstats':<34}{seconds:9.3f} s   log-likelihood within {bound:.1g}"
    )
    not_timed("hawkesbow (R), power law", "not installed", 10_000)
    try:
        book = importlib.import_module("hawkesbook")
    except ImportError:
        print(f"  {'hawkesbook':<34} not installed")
        return
    few = times[times < end / 10]
    start = time.process_time()
    book.power_mle(few, end / 10)
    took = time.process_time() - start
    print(
        f"  {'hawkesbook, on a tenth of them':<34}{took:9.3f} s   its time grows with "
        f"the square: {100 * took / seconds:,.0f} x ours on all of them"
    )


def iraq() -> RecordedEvents:
    """Iraq 2007-08 where it lies beside the checkout, else as many simulated days."""
    folder = SHARED / "data/iraq_sigacts"
    sizes = (68_573, 3_938)
    if folder.exists():
        days = [
            np.genfromtxt(
                folder / name, delimiter=",", skip_header=1, usecols=0, dtype="U10"
            ).astype("datetime64[D]")
            for name in ("insurgencies.csv", "airstrikes.csv")
        ]
        first = min(d.min() for d in days)
        low = np.concatenate([(d - first).astype(float) for d in days])
        sizes = tuple(d.size for d in days)
    else:
        rng = np.random.default_rng(2)
        low = np.floor(rng.uniform(0, 499, sum(sizes)))
    code = np.repeat([0, 1], sizes)
    end = float(low.max()) + 1.0
    return RecordedEvents(low, np.ones(low.size), code, None, 2, 0.0, end)


def bivariate() -> None:
    recorded = iraq()
    history = draw_history(recorded, np.random.default_rng(1))
    shape = shape_of(recorded.end, 2)
    estimate_hawkes(shape, history)
    seconds, _ = processor(lambda: estimate_hawkes(shape, history))
    print(f"{recorded.low.size:,} events of two sides (Iraq), one draw of the dates")
    print(f"  {'conflictstats':<34}{seconds:9.3f} s")


def resident(field: str) -> float:
    """Return a field of this process's memory in MB, as VmRSS or VmHWM, its peak."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return float(next(r for r in lines if r.startswith(field)).split()[1]) / 1024


def added_memory(n: int, kernel: str) -> None:
    """Print events, and by how many MB a fit raises the memory of this process."""
    ours(*events(100), kernel)
    times, end = events(n)
    had = resident("VmRSS")
    # The peak so far was the simulation's: Linux forgets it when asked so.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    ours(times, end, kernel)
    print(times.size, resident("VmHWM") - had)


def memory() -> None:
    """Peak memory of a fit beyond that of its events, each in a process of its own."""
    if not Path("/proc/self/clear_refs").exists():
        return
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import bench_escalation as b; "
        "b.added_memory(int(sys.argv[2]), sys.argv[3])"
    )
    for kernel, sizes in (
        ("exponential", (1_000_000, 4_000_000)),
        ("power_law", (50_000, 200_000)),
    ):
        for n in sizes:
            done = subprocess.run(
                [sys.executable, "-c", code, str(Path(__file__).parent), str(n),
                 kernel], capture_output=True, text=True, check=True,
            )  # fmt: skip
            size, megabytes = (float(word) for word in done.stdout.split())
            print(
                f"Memory of a fit, {kernel}, {size:,.0f} events: {megabytes:,.0f} MB, "
                f"{megabytes * 1024**2 / size:,.0f} bytes an event"
            )


def first_call() -> None:
    """Seconds of the first fit in a new process, without and with the cache."""
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import numpy as np; "
        "begin = time.perf_counter(); import conflictstats as cs; "
        "cs.fit_escalation({'a': np.arange(1.0, 30), 'b': np.arange(1.5, 30)}, "
        "window=(0, 30), bootstrap=0); print(time.perf_counter() - begin)"
    )
    with tempfile.TemporaryDirectory() as folder:
        for what in ("compiling", "from the cache"):
            done = subprocess.run(
                [sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True,
                env={**os.environ, "NUMBA_CACHE_DIR": folder}, check=True,
            )  # fmt: skip
            print(f"First fit of a new process, {what}: {float(done.stdout):.1f} s")


def main() -> None:
    warnings.simplefilter("ignore")
    univariate()
    bivariate()
    power_law()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Peak memory of all of this, peers included: {peak:,.0f} MB")
    memory()
    first_call()


if __name__ == "__main__":
    main()
