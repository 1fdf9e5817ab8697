"""Times whole futures: prices, network, mine and reserve of a plan, 10 years by the day.

Usage: python benchmarks/walks.py [--paths N] [--repeats N] [--quantlib PYTHON]

kilosat walks on two threads and on one; numpy does the same algebra with all paths side by side
(``walk_numpy``), its prices from the same bootstrap. arch and QuantLib have neither network nor
mine nor reserve: they draw prices alone, and their rates are there for scale. Every measurement is
a process of its own, so that its peak memory is its own too; compiled code comes from numba's
cache. PYTHON is the interpreter of an environment with QuantLib in it.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

PLANS = (
    ("pakistan", "surplus-2000mw"),
    ("bhutan", "bhutan-hydro"),
    ("pakistan", "one-btc-a-day"),
)
METHODS = ("kilosat, 2 threads", "kilosat, 1 thread", "numpy")
DAYS = 3650
ARCH_PATHS = 200


def terms_of(country: str, blueprint: str) -> list[object]:
    """Fitted price model, first price, and the terms of reserve, network and mine."""
    from kilosat.definitions import (
        find_blueprint,
        find_country,
        read_blueprint,
        read_country,
        read_economy,
        read_plan,
    )
    from kilosat.definitions.market import read_market
    from kilosat.definitions.price_history import read_price_history
    from kilosat.prospects import prospect

    economy, plan = read_economy(find_country(country)), read_plan(find_blueprint(blueprint))
    load = read_blueprint(find_blueprint(blueprint)) if plan.has_load else None
    power = read_country(find_country(country)) if economy.dispatchable and load else None
    look = prospect(
        economy, plan, read_price_history(), read_market(), country=power, blueprint=load
    )
    names = ("fitted_price_model", "price_at_start", "reserve_terms", "network_terms", "mine_terms")
    return [look.graph.value(name) for name in names]


def measure(method: str, country: str, blueprint: str, paths: int) -> dict[str, float]:
    """Seconds and peak megabytes of one method; terms are made and code is loaded before."""
    terms = terms_of(country, blueprint)
    if method == "numpy":
        import walk_numpy

        model, start, reserve, network, mine = terms

        def run() -> float:
            rng = np.random.default_rng(1)
            prices = walk_numpy.bootstrap_moves(model, paths, DAYS, rng)
            prices += np.log(start)
            np.exp(prices, out=prices)
            shocks = rng.standard_normal((paths, DAYS // 14))
            return float(walk_numpy.walk(prices, shocks, reserve, network, mine)["value"].mean())

    else:
        from kilosat.walks.run import simulate_outcome

        threads = 2 if "2" in method else 1
        simulate_outcome(*terms, 2, 1)

        def run() -> float:
            book = simulate_outcome(*terms, paths, 1, threads).reserve
            return float(book["value"].mean())

    before = peak_megabytes()
    started = time.perf_counter()
    value = run()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "megabytes": peak_megabytes(), "before": before, "value": value}


def peak_megabytes() -> float:
    """Peak of this process; what a parent held before it started does not count."""
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def arch_rate() -> float:
    """Paths a second of arch's own simulation of GARCH with Student t, one path a call."""
    from arch.univariate import GARCH, StudentsT, ZeroMean

    model = ZeroMean(volatility=GARCH(1, 0, 1), distribution=StudentsT(seed=1))
    started = time.perf_counter()
    for _ in range(ARCH_PATHS):
        model.simulate([0.4, 0.08, 0.87, 5.0], DAYS)
    return ARCH_PATHS / (time.perf_counter() - started)


def bandwidth() -> float:
    """GB/s of copying an array that no cache holds: read and written bytes."""
    source, target = np.ones(50_000_000), np.empty(50_000_000)
    best = np.inf
    for _ in range(5):
        started = time.perf_counter()
        np.copyto(target, source)
        best = min(best, time.perf_counter() - started)
    return 2 * source.nbytes / best / 1e9


def in_a_process(*arguments: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quantlib", default="")
    parser.add_argument("--one", nargs=4)
    options = parser.parse_args()
    if options.one:
        method, country, blueprint, paths = options.one
        print(json.dumps(measure(method, country, blueprint, int(paths))))
        return
    print(f"memory bandwidth (copy): {bandwidth():.1f} GB/s")
    print("| plan | method | seconds | paths/s | times numpy | peak MB | before the run, MB |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for country, blueprint in PLANS:
        found: dict[str, list[dict[str, float]]] = {method: [] for method in METHODS}
        for _ in range(options.repeats):
            for method in METHODS:
                one = in_a_process(method, country, blueprint, str(options.paths))
                found[method].append(one)
        peer = statistics.median(one["seconds"] for one in found["numpy"])
        for method, runs in found.items():
            seconds = statistics.median(one["seconds"] for one in runs)
            peak = max(one["megabytes"] for one in runs)
            before = max(one["before"] for one in runs)
            print(
                f"| {blueprint}, {country} | {method} | {seconds:.2f} | "
                f"{options.paths / seconds:,.0f} | {peer / seconds:.1f} | {peak:,.0f} | "
                f"{before:,.0f} |"
            )
    print(f"| prices alone | arch GARCH-t, one path a call | | {arch_rate():,.0f} | | | |")
    if options.quantlib:
        from quantlib_peer import quantlib_rate

        rate = quantlib_rate(options.quantlib, DAYS, min(options.paths, 2000), 0.026)
        print(f"| prices alone | QuantLib, geometric random walk | | {rate:,.0f} | | | |")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
