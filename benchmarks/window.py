"""Time of the tariff x MW window for Pakistan, in each service mode, and of the sensitivities.

.venv/bin/python benchmarks/window.py
"""

import time
from collections.abc import Callable
from dataclasses import replace

from kilosat.definitions import find_blueprint, find_country, read_blueprint, read_country
from kilosat.definitions.market import read_market
from kilosat.study import Study, study


def build(mode: str) -> Study:
    blueprint = read_blueprint(find_blueprint("surplus-2000mw"))
    choices = blueprint.choices.model_copy(update={"service_mode": mode})
    country = read_country(find_country("pakistan"))
    return study(country, replace(blueprint, choices=choices), read_market())


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_mode(mode: str) -> None:
    graph = build(mode).graph
    for prepared in ("load_run", "miner_curve"):  # compile and prepare first
        graph.value(prepared)
    steps = int(graph.value("window_steps"))
    print(f"| window {steps} x {steps}, {mode} | {seconds(lambda: graph.value('window')):.2f} |")
    corner = seconds(lambda: graph.value("window_largest_power"))
    print(f"| its exact corners, {mode} | {corner:.2f} |")


def main() -> None:
    print("| what | seconds |\n|---|---:|")
    for mode in ("firm", "interruptible", "surplus-only"):
        in_mode(mode)
    graph = build("interruptible").graph
    graph.value("reference_room")
    rows = len(graph.sweeps["sensitivity"].variations)
    table = seconds(lambda: graph.value("sensitivity"))
    print(f"| sensitivity table, {rows} rows | {table:.2f} |")


if __name__ == "__main__":
    main()
