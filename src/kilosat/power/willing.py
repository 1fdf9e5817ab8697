"""The load that would come: miners enter until their own hashrate has eaten their margin."""

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.power.dispatch import FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.load import NewLoad, build_load
from kilosat.power.runs import Run, run_with
from kilosat.power.tariff import HourlyTariff
from kilosat.quantities import KWH_PER_MWH, MWH_PER_GWH

__all__ = ["entry_mw"]


def entry_mw(
    curve: "pd.Series[float]", tariff_per_kwh: FloatArray, offered_mw: float, with_capital: bool
) -> FloatArray:
    """Miners in MW (T,) that run at each hour's tariff, at most what is offered.

    Revenue per kWh falls with all miners' hashrate; entry stops where it equals the tariff and
    running cost, and for new sites capital too: revenue / (1 + dilution x MW) = tariff + cost.
    """
    cost = tariff_per_kwh + curve["running_cost"]
    if with_capital:
        cost = cost + curve["machine_capital"] + curve["site_capital"]
    # A tariff at or below minus the running cost is always worth it.
    worth = np.where(cost > 0, curve["revenue"] / np.where(cost > 0, cost, 1.0) - 1.0, np.inf)
    entered: FloatArray = np.clip(worth / curve["dilution_per_mw"], 0.0, offered_mw)
    return entered


@figure(unit="MW", formula="entry until revenue / (1 + dilution x MW) = tariff + costs")
def mining_that_comes(
    miner_curve: pd.DataFrame, hourly_tariff: HourlyTariff, mining_power: float
) -> pd.DataFrame:
    """Miners that would run at the tariff, and that would build for it, by class, mean of hours.

    The AI part of the block is taken as given; whether it comes is not a question of hashprice.
    """
    rows = {}
    for key in miner_curve.index:
        curve = miner_curve.T[key]
        rows[key] = {
            name: entry_mw(curve, hourly_tariff.per_kwh, mining_power, capital).mean()
            for name, capital in (("would run", False), ("would invest", True))
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@node(
    formula="AI part as offered, miners of the reference class as they come", label="Willing load"
)
def willing_load(
    base_system: Fleet,
    miner_curve: pd.DataFrame,
    reference_class: str,
    hourly_tariff: HourlyTariff,
    power: float,
    mining_share: float,
    ai_load_factor: float,
    ai_curtailable_share: float,
    service_mode: str,
    new_load_loss: float,
    reserve_margin: float,
) -> NewLoad:
    """The block with miners of the reference class in the hours, and in the size, that pay."""
    curve = miner_curve.T[reference_class]
    return build_load(
        base_system,
        entry_mw(curve, hourly_tariff.per_kwh, power * mining_share, False),
        power * (1.0 - mining_share),
        ai_load_factor,
        ai_curtailable_share,
        service_mode,
        hourly_tariff.per_kwh,
        new_load_loss,
        reserve_margin,
    )


@node(formula="least-cost dispatch with the willing load", label="Run with willing load")
def willing_run(base_system: Fleet, willing_load: NewLoad) -> Run:
    """The year with the load that would come."""
    return run_with(base_system.prepared, base_system.system.demand_mw, willing_load)


@figure(unit="GWh", formula="sum of served load x (1 - loss)", modelled=True)
def willing_energy(willing_run: Run, new_load_loss: float) -> float:
    """Energy that the load takes if miners of the reference class come as far as it pays them."""
    return float(willing_run.served_mw.sum()) * (1.0 - new_load_loss) / MWH_PER_GWH


@figure(unit="{currency}/kWh", formula="difference of cost / energy / (1 - loss)", modelled=True)
def willing_incremental_cost(base_run: Run, willing_run: Run, new_load_loss: float) -> float:
    """Variable cost per kWh at the meter of the load that would come."""
    served = float(willing_run.served_mw.sum())
    change = willing_run.dispatch.generation_cost - base_run.dispatch.generation_cost
    return change / served / KWH_PER_MWH / (1.0 - new_load_loss) if served else float("nan")
