"""The new load, hour by hour: miners that can be interrupted, AI data centres that are firm."""

from dataclasses import dataclass

import numpy as np

from kilosat.figures import figure, node
from kilosat.power.dispatch import ElasticLoads, FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.tariff import HourlyTariff
from kilosat.quantities import KWH_PER_MWH, MWH_PER_GWH

__all__ = ["NewLoad", "build_load", "offered_load"]

# An interruptible load is served before anything is spilled and dropped before any customer is:
# it bids just below the value of lost load.
_JUST_BELOW = 0.999
# A load whose tariff just covers the marginal cost is served: a bid above it by this much (currency
# per MWh) breaks the tie.
_TIE = 1e-4


@dataclass(frozen=True, eq=False)
class NewLoad:
    """A new load at the busbar, in MW per hour (T,).

    ``firm_mw`` is added to demand. ``elastic`` is served when the hour's marginal cost is below its
    bid: interruptible load bids just below the value of lost load, surplus-only load bids its
    tariff. ``wanted_mw`` is what both would take if never interrupted.
    """

    firm_mw: FloatArray
    elastic: ElasticLoads
    wanted_mw: FloatArray

    @property
    def record(self) -> str:
        """What the load is, for the explanation."""
        return f"firm {self.firm_mw.mean():,.0f} MW mean, wanted {self.wanted_mw.mean():,.0f} MW"


def build_load(
    fleet: Fleet,
    mining_mw: FloatArray | float,
    ai_mw: float,
    ai_load_factor: float,
    ai_curtailable_share: float,
    service_mode: str,
    tariff_per_kwh: FloatArray,
    loss: float,
    reserve_margin: float,
) -> NewLoad:
    """Miners of ``mining_mw`` (one number, or one per hour) and AI data centres of ``ai_mw``.

    Both are at the meter; the load asks for them at the busbar. AI data centres take their load
    factor, and can drop the curtailable part of it. In an hour in which capability less demand leaves
    less than the reserve margin, interruptible load is held back by what is missing.
    """
    hours = len(fleet.index)
    mining = np.broadcast_to(np.asarray(mining_mw, dtype=np.float64) / (1.0 - loss), (hours,))
    ai = ai_mw * ai_load_factor / (1.0 - loss)
    wanted: FloatArray = mining + ai
    if service_mode == "firm":
        return NewLoad(wanted, ElasticLoads.none(hours), wanted)
    ai_firm, ai_flexible = ai * (1.0 - ai_curtailable_share), ai * ai_curtailable_share
    demand = fleet.system.demand_mw
    free = fleet.firm_capability_mw - (1.0 + reserve_margin) * demand - ai_firm
    ai_room = np.clip(free, 0.0, ai_flexible)
    mining_room = np.clip(free - ai_room, 0.0, mining)
    top_bid = _JUST_BELOW * fleet.system.value_of_lost_load
    bids, names, rooms = [top_bid], ["AI data centres, curtailable part"], [ai_room]
    if service_mode == "surplus-only":
        for rate in np.unique(tariff_per_kwh):
            bids.append(min(float(rate) * (1.0 - loss) * KWH_PER_MWH + _TIE, top_bid))
            names.append(f"mining at {rate:g} per kWh")
            rooms.append(np.where(tariff_per_kwh == rate, mining_room, 0.0))
    else:
        bids.append(top_bid)
        names.append("mining")
        rooms.append(mining_room)
    elastic = ElasticLoads(tuple(names), np.array(bids), np.array(rooms))
    return NewLoad(np.full(hours, ai_firm), elastic, wanted)


@node(formula="blueprint's megawatts, hour by hour, at the busbar", label="Offered load")
def offered_load(
    base_system: Fleet,
    power: float,
    mining_share: float,
    ai_load_factor: float,
    ai_curtailable_share: float,
    service_mode: str,
    hourly_tariff: HourlyTariff,
    new_load_loss: float,
    reserve_margin: float,
) -> NewLoad:
    """The blueprint's load as offered: whether miners would come is asked elsewhere."""
    return build_load(
        base_system,
        power * mining_share,
        power * (1.0 - mining_share),
        ai_load_factor,
        ai_curtailable_share,
        service_mode,
        hourly_tariff.per_kwh,
        new_load_loss,
        reserve_margin,
    )


@figure(unit="GWh", formula="sum over hours of the wanted load x (1 - loss)")
def wanted_energy(offered_load: NewLoad, new_load_loss: float) -> float:
    """Energy at the meter that the load would take if it were never interrupted."""
    return float(offered_load.wanted_mw.sum()) * (1.0 - new_load_loss) / MWH_PER_GWH


@figure(unit="TWh", formula="power x hours")
def round_the_clock_energy(base_system: Fleet, power: float) -> float:
    """Energy at the meter of the full block in every hour, as announcements count it."""
    return power * len(base_system.index) / 1e6
