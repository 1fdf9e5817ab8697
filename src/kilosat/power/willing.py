"""The load that would come: AI as offered, miners of the reference class as far as it pays them."""

from kilosat.figures import figure, node
from kilosat.power.dispatch import FloatArray
from kilosat.power.load import LoadRules, NewLoad, build_load
from kilosat.power.runs import Host, Run
from kilosat.power.tariff import HourlyTariff
from kilosat.quantities import KWH_PER_MWH, MWH_PER_GWH

__all__ = ["willing_load", "willing_run"]


@node(
    formula="AI part as offered, miners of the reference class as they come", label="Willing load"
)
def willing_load(
    load_rules: LoadRules,
    reference_entry: FloatArray,
    power: float,
    mining_share: float,
    hourly_tariff: HourlyTariff,
) -> NewLoad:
    """The block with miners of the reference class in the hours, and in the size, that pay."""
    ai = power * (1.0 - mining_share)
    return build_load(load_rules, reference_entry, ai, hourly_tariff.per_kwh)


@node(formula="least-cost dispatch with the willing load", label="Run with willing load")
def willing_run(host: Host, willing_load: NewLoad) -> Run:
    """The year with the load that would come."""
    return host.run(willing_load)


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


@figure(
    unit="bn {currency}",
    formula="willing energy x (paid tariff - its incremental cost - connection cost)",
    modelled=True,
)
def willing_contribution(
    willing_energy: float,
    paid_tariff: float,
    willing_incremental_cost: float,
    connection_cost: float,
) -> float:
    """What the load that would come leaves for capacity payments over the period.

    Connection is counted per kWh as for the whole block.
    """
    if not willing_energy:
        return 0.0
    return willing_energy * (paid_tariff - willing_incremental_cost - connection_cost) / 1e3
