"""Times GARCH-t price paths of 10 years, daily: kilosat, numpy, arch and QuantLib, in one run.

Usage: python benchmarks/outlook.py [--paths N] [--repeats N] [--quantlib PYTHON]

Every method ends with the log price on the same seven days of every path. numpy does the same
algebra, all paths side by side, day by day. arch simulates one path a call. QuantLib has no
GARCH-t path generator, so it draws the simpler geometric random walk, daily; PYTHON is the
interpreter of an environment with QuantLib in it.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from arch.univariate import GARCH, StudentsT, ZeroMean

from kilosat.definitions.price_history import read_price_history
from kilosat.outlook import simulate
from kilosat.outlook.garch import FittedGarch, GarchT
from kilosat.outlook.walk import RandomWalk
from quantlib_peer import quantlib_rate

DAYS = (30, 90, 365, 730, 1460, 2555, 3650)


def with_numpy(model: FittedGarch, paths: int) -> np.ndarray:
    """The same algebra, every path one element of an array."""
    rng = np.random.default_rng(1)
    drifts = model.drift + model.drift_error * rng.standard_normal(paths)
    to_unit = (model.freedom - 2.0) / model.freedom
    variance, total = np.full(paths, model.variance_next), np.zeros(paths)
    out = []
    for day in range(1, DAYS[-1] + 1):
        draw = rng.standard_t(model.freedom, paths)
        total += np.sqrt(variance * to_unit) * draw
        variance = model.constant + variance * (model.memory + model.shock * to_unit * draw * draw)
        if day in DAYS:
            out.append(total + drifts * day)
    return np.stack(out, axis=1)


def with_arch(model: FittedGarch, paths: int) -> np.ndarray:
    """The package's own simulation, in percent as it likes it, without a burn-in."""
    rule = ZeroMean(volatility=GARCH(1, 0, 1), distribution=StudentsT(seed=1))
    parameters = [model.constant * 1e4, model.shock, model.memory, model.freedom]
    start, wanted = model.variance_next * 1e4, np.array(DAYS) - 1
    moves = [
        rule.simulate(parameters, DAYS[-1], burn=0, initial_value_vol=start)["data"].to_numpy()
        for _ in range(paths)
    ]
    return np.cumsum(np.array(moves) / 100.0, axis=1)[:, wanted]


def rate(method: Callable[[], object], paths: int, repeats: int) -> float:
    """Median of paths a second; compiled and warm before the clock starts."""
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        method()
        seconds.append(time.perf_counter() - started)
    return paths / statistics.median(seconds)


def bandwidth_gb_per_second(repeats: int) -> float:
    """Copy of 256 MB, read and written counted."""
    source = np.ones(32_000_000)
    target = np.empty_like(source)
    np.copyto(target, source)
    return 2 * source.nbytes * rate(lambda: np.copyto(target, source), 1, repeats) / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quantlib", help="python of an environment with QuantLib")
    options = parser.parse_args()
    history = read_price_history()
    returns = history.log_returns(history.last)
    model, paths, repeats = GarchT().fit(returns), options.paths, options.repeats
    few = max(1, paths // 50)
    simulate(model, 1, 512, DAYS, 2)
    found = {
        "kilosat GARCH-t, 2 threads": rate(
            lambda: simulate(model, 1, paths, DAYS, 2), paths, repeats
        ),
        "kilosat GARCH-t, 1 thread": rate(lambda: simulate(model, 1, paths, DAYS), paths, repeats),
        "numpy GARCH-t, same algebra": rate(lambda: with_numpy(model, paths), paths, repeats),
        f"arch GARCH-t ({few} paths)": rate(lambda: with_arch(model, few), few, repeats),
    }
    if options.quantlib:
        volatility = RandomWalk(drifting=True).fit(returns).volatility
        rates = [quantlib_rate(options.quantlib, DAYS[-1], few, volatility) for _ in range(repeats)]
        found[f"QuantLib random walk ({few} paths)"] = statistics.median(rates)
    own = next(iter(found.values()))
    print(
        f"{DAYS[-1]:,} days, {paths:,} paths, medians of {repeats}, Python {sys.version.split()[0]}"
    )
    print(f"Memory: copy at {bandwidth_gb_per_second(repeats):.1f} GB/s\n")
    print("| method | paths/s | kilosat is faster by |\n|---|---:|---:|")
    for name, one in found.items():
        print(f"| {name} | {one:,.0f} | {own / one:.1f} x |")


if __name__ == "__main__":
    main()
