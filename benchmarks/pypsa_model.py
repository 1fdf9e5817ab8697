"""The same year as a PyPSA network, in the form that suits PyPSA best."""

import logging
import warnings

import numpy as np
import pandas as pd
import pypsa

from sized_like_pakistan import LOST_LOAD


def solve_with_pypsa(data: dict[str, np.ndarray]) -> float:
    """Build and solve the network with HiGHS through `io_api='direct'`; the objective."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    network = pypsa.Network()
    hours = pd.RangeIndex(data["demand"].size)
    network.set_snapshots(hours)
    network.add("Bus", "zone")
    network.add("Load", "demand", bus="zone", p_set=pd.Series(data["demand"], hours))
    _add_units(network, hours, data)
    # Lost load has no ceiling; spilled energy is a generator that runs backwards.
    network.add("Generator", "lost", bus="zone", p_nom=1e6, marginal_cost=LOST_LOAD)
    network.add("Generator", "spilled", bus="zone", p_nom=1e6, p_min_pu=-1.0, p_max_pu=0.0)
    if "store" in data:
        _add_storage(network, data["store"])
    status, condition = network.optimize(
        solver_name="highs",
        io_api="direct",
        include_objective_constant=False,
        solver_options={"output_flag": False},
        extra_functionality=(lambda n, _: _limit_water(n, data)) if "budget" in data else None,
    )
    if (status, condition) != ("ok", "optimal"):
        raise RuntimeError(f"PyPSA ended with {status}, {condition}")
    return float(network.objective)


def _add_units(network: pypsa.Network, hours: pd.RangeIndex, data: dict[str, np.ndarray]) -> None:
    high, low, cost = data["maximum"], data["minimum"], data["cost"]
    names = [f"unit {u}" for u in range(len(cost))]
    if "budget" in data:
        high, low = np.vstack([high, data["water_high"]]), np.vstack([low, data["water_low"]])
        cost = np.append(cost, np.zeros(len(data["budget"])))
        names += [f"reservoir {r}" for r in range(len(data["budget"]))]
    network.add(
        "Generator",
        names,
        bus="zone",
        p_nom=1.0,
        marginal_cost=cost,
        p_max_pu=pd.DataFrame(high.T, hours, names),
        p_min_pu=pd.DataFrame(low.T, hours, names),
    )


def _add_storage(network: pypsa.Network, store: np.ndarray) -> None:
    power_in, power_out, energy, charging, discharging, first = store
    if power_in != power_out:
        raise ValueError("a PyPSA StorageUnit charges and discharges at one rating")
    # Cyclic in PyPSA leaves the first level free; here the last hour is bound to it instead.
    network.add(
        "StorageUnit",
        "store",
        bus="zone",
        p_nom=power_out,
        max_hours=energy / power_out,
        efficiency_store=charging,
        efficiency_dispatch=discharging,
        state_of_charge_initial=first,
        cyclic_state_of_charge=False,
        state_of_charge_set=pd.Series(
            np.append(np.full(len(network.snapshots) - 1, np.nan), first), network.snapshots
        ),
    )


def _limit_water(network: pypsa.Network, data: dict[str, np.ndarray]) -> None:
    output = network.model["Generator-p"]
    name = "name" if "name" in output.dims else "Generator"
    for r, budget in enumerate(data["budget"]):
        river = output.sel({name: f"reservoir {r}"})
        for month, limit in enumerate(budget):
            hours = np.flatnonzero(data["month"] == month)
            used = river.sel(snapshot=hours).sum()
            network.model.add_constraints(used <= limit, name=f"water-{r}-{month}")
