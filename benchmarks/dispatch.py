"""Times a Pakistan-sized year: PyPSA, raw HiGHS and kilosat's own method, in one run.

Usage: python benchmarks/dispatch.py [--write FILE] [--repeats N] [--scenarios N] [--variant NAME]

Each measurement is a process of its own, so that peak memory is its own and nothing is warm that
would not be. Time runs from arrays in memory to the objective, model building included.
"""

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from sized_like_pakistan import VARIANTS, arrays, scenario, system_from

METHODS = ("pypsa", "highs", "own")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="write all figures to this JSON file")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--variant", action="append", choices=VARIANTS)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        method, variant = options.measure
        print(json.dumps(measure(method, variant, options.scenarios)))
        return
    # The first process compiles and fills numba's cache; what that costs is reported on its own.
    subprocess_measure("own", VARIANTS[-1], 2)
    results = [
        compare(variant, options.repeats, options.scenarios)
        for variant in options.variant or VARIANTS
    ]
    print(as_markdown(results))
    if options.write:
        found = {"machine": machine(), "repeats": options.repeats, "variants": results}
        options.write.write_text(json.dumps(found, indent=2) + "\n")


def compare(variant: str, repeats: int, scenarios: int) -> dict[str, object]:
    """Medians over `repeats` rounds, in each of which every method runs once."""
    runs: dict[str, list[dict[str, float]]] = {method: [] for method in METHODS}
    for _ in range(repeats):
        for method in METHODS:
            runs[method].append(subprocess_measure(method, variant, scenarios))
    found: dict[str, object] = {"variant": variant}
    for method, measured in runs.items():
        found[method] = {
            key: statistics.median(run[key] for run in measured) for key in measured[0]
        }
    return found


def subprocess_measure(method: str, variant: str, scenarios: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", method, variant]
    command += ["--scenarios", str(scenarios)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(method: str, variant: str, scenarios: int) -> dict[str, float]:
    data = arrays(variant)
    if method == "own":
        return measure_own(data, scenarios)
    before = peak_mb()
    if method == "pypsa":
        from pypsa_model import solve_with_pypsa

        started = time.perf_counter()
        objective = solve_with_pypsa(data)
    else:
        from kilosat.power.dispatch import dispatch_highs

        started = time.perf_counter()
        objective = dispatch_highs(system_from(data)).objective
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "objective": objective, "peak_mb": peak_mb(), "input_mb": before}


def measure_own(data: dict[str, np.ndarray], scenarios: int) -> dict[str, float]:
    from kilosat.power.dispatch import dispatch, prepare

    before = peak_mb()
    # A day compiles (or loads from numba's cache) every kernel that the year needs.
    started = time.perf_counter()
    dispatch(system_from(first_day(data)))
    load = time.perf_counter() - started
    started = time.perf_counter()
    prepared = prepare(system_from(data))
    found = prepared.solve()
    cold = time.perf_counter() - started
    started = time.perf_counter()
    found.schedules  # noqa: B018
    schedules = time.perf_counter() - started
    cases = [scenario(prepared.system, number) for number in range(min(scenarios, 20))]
    if found.method == "highs":
        scenarios = min(scenarios, 3)
    spent, fallbacks, worst = 0.0, 0, 0.0
    for number in range(scenarios):
        demand, mines = cases[number] if number < 20 else scenario(prepared.system, number)
        started = time.perf_counter()
        further = prepared.solve(demand, mines)
        spent += time.perf_counter() - started
        fallbacks += further.method == "highs"
        worst = max(worst, abs(further.relative_gap))
    return {
        "seconds": cold,
        "schedules_seconds": schedules,
        "load_seconds": load,
        "objective": found.objective,
        "relative_gap": found.relative_gap,
        "scenario_seconds": spent / scenarios,
        "scenarios": scenarios,
        "scenario_fallbacks": fallbacks,
        "scenario_worst_relative_gap": worst,
        "peak_mb": peak_mb(),
        "input_mb": before,
    }


def first_day(data: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    hours = data["demand"].size
    short = {
        key: value[..., :24].copy() if value.shape[-1] == hours else value
        for key, value in data.items()
    }
    if "budget" in data:
        # Budgets of a month are ample for a day; a thirtieth keeps water scarce.
        short["budget"] = np.maximum(data["budget"] / 30, 24 * 500.0)
    return short


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine() -> dict[str, object]:
    from importlib.metadata import version

    packages = ("pypsa", "linopy", "highspy", "numpy", "numba")
    return {
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
    }


def as_markdown(results: list[dict[str, object]]) -> str:
    lines = [
        "| variant | PyPSA direct | raw HiGHS | own, cold | own, with schedules "
        "| own, per scenario | cold, times PyPSA | scenario, times PyPSA | fallbacks "
        "| peak MB: PyPSA, HiGHS, own | objective apart |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for found in results:
        pypsa, highs, own = found["pypsa"], found["highs"], found["own"]
        full = own["seconds"] + own["schedules_seconds"]
        apart = abs(own["objective"] - pypsa["objective"]) / abs(pypsa["objective"])
        lines.append(
            f"| {found['variant']} | {pypsa['seconds']:.2f} s | {highs['seconds']:.2f} s "
            f"| {own['seconds'] * 1e3:.2f} ms | {full * 1e3:.2f} ms "
            f"| {own['scenario_seconds'] * 1e3:.3f} ms "
            f"| {pypsa['seconds'] / own['seconds']:,.0f} "
            f"| {pypsa['seconds'] / own['scenario_seconds']:,.0f} "
            f"| {own['scenario_fallbacks']:.0f} of {own['scenarios']:.0f} "
            f"| {pypsa['peak_mb']:,.0f}, {highs['peak_mb']:,.0f}, {own['peak_mb']:,.0f} "
            f"| {apart:.1e} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
