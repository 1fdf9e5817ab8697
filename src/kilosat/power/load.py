"""The new load, hour by hour: miners that can be interrupted, AI data centres that are firm."""

from dataclasses import dataclass

import numpy as np

from kilosat.figures import figure, node
from kilosat.power.dispatch import ElasticLoads, FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.tariff import HourlyTariff
from kilosat.quantities import KWH_PER_MWH, MWH_PER_GWH

__all__ = ["LoadRules", "NewLoad", "build_load", "load_rules", "offered_load"]

# An interruptible load is served before anything is spilled and dropped before any customer is:
# it bids just below the value of lost load.
_JUST_BELOW = 0.999
# A load whose tariff just covers the marginal cost is served: a bid above it by this much (currency
# per MWh) breaks the tie.
_TIE = 1e-4


@dataclass(frozen=True, eq=False)
class LoadRules:
    """What turns megawatts at the meter into a load at the busbar, whatever their number.

    ``room_mw`` (T,) is the capability of the base run less demand and reserve: what interruptible
    load may take. Shares are of 1.
    """

    service_mode: str
    uptime: float
    ai_load_factor: float
    ai_curtailable_share: float
    loss: float
    room_mw: FloatArray
    top_bid: float

    @property
    def record(self) -> str:
        """The service mode, for the explanation."""
        return f"service mode: {self.service_mode}"


@dataclass(frozen=True, eq=False)
class NewLoad:
    """A new load at the busbar, in MW per hour (T,).

    ``firm_mw`` is added to demand. ``elastic`` is served when the hour's marginal cost is below its
    bid: interruptible load bids just below the value of lost load, surplus-only load bids its
    tariff. ``wanted_mw`` is what both would take if never interrupted, ``mining_mw`` the miners'
    part of it, ``mining_rows`` the first of the elastic rows that are miners (none where miners are
    firm).
    """

    firm_mw: FloatArray
    elastic: ElasticLoads
    wanted_mw: FloatArray
    mining_mw: FloatArray
    mining_rows: int | None

    @property
    def record(self) -> str:
        """What the load is, for the explanation."""
        return f"firm {self.firm_mw.mean():,.0f} MW mean, wanted {self.wanted_mw.mean():,.0f} MW"


@node(formula="service mode, uptime, losses and free capability, hour by hour", label="Load rules")
def load_rules(
    base_system: Fleet,
    firm_capability: FloatArray,
    service_mode: str,
    uptime: float,
    ai_load_factor: float,
    ai_curtailable_share: float,
    new_load_loss: float,
    reserve_margin: float,
) -> LoadRules:
    """What the new load may take in each hour, and how it is served."""
    demand = base_system.system.demand_mw
    return LoadRules(
        service_mode,
        uptime,
        ai_load_factor,
        ai_curtailable_share,
        new_load_loss,
        np.maximum(firm_capability - (1.0 + reserve_margin) * demand, 0.0),
        _JUST_BELOW * base_system.system.value_of_lost_load,
    )


def build_load(
    rules: LoadRules, mining_mw: FloatArray | float, ai_mw: float, tariff_per_kwh: FloatArray
) -> NewLoad:
    """Miners of ``mining_mw`` (one number, or one per hour) and AI data centres of ``ai_mw``.

    Both are at the meter; the load asks for them at the busbar. Miners take their uptime, AI data
    centres their load factor, of which they can drop the curtailable part. In an hour in which
    capability less demand leaves less than the reserve margin, interruptible load is held back by
    what is missing. A surplus-only load is miners alone; AI stays as in interruptible service.
    """
    hours = len(tariff_per_kwh)
    to_busbar = 1.0 / (1.0 - rules.loss)
    per_hour = np.asarray(mining_mw, dtype=np.float64) * rules.uptime * to_busbar
    mining: FloatArray = np.broadcast_to(per_hour, (hours,)).copy()
    ai = ai_mw * rules.ai_load_factor * to_busbar
    wanted: FloatArray = mining + ai
    if rules.service_mode == "firm":
        return NewLoad(wanted, ElasticLoads.none(hours), wanted, mining, None)
    ai_flexible = ai * rules.ai_curtailable_share
    free = np.maximum(rules.room_mw - (ai - ai_flexible), 0.0)
    ai_room = np.minimum(free, ai_flexible)
    mining_room = np.minimum(free - ai_room, mining)
    bids, names, rooms = [rules.top_bid], ["AI data centres, curtailable part"], [ai_room]
    if rules.service_mode == "surplus-only":
        for rate in np.unique(tariff_per_kwh):
            bids.append(min(float(rate) * (1.0 - rules.loss) * KWH_PER_MWH + _TIE, rules.top_bid))
            names.append(f"mining at {rate:g} per kWh")
            rooms.append(np.where(tariff_per_kwh == rate, mining_room, 0.0))
    else:
        bids.append(rules.top_bid)
        names.append("mining")
        rooms.append(mining_room)
    elastic = ElasticLoads(tuple(names), np.array(bids), np.array(rooms))
    return NewLoad(np.full(hours, ai - ai_flexible), elastic, wanted, mining, 1)


@node(formula="blueprint's megawatts, hour by hour, at the busbar", label="Offered load")
def offered_load(
    load_rules: LoadRules, power: float, mining_share: float, hourly_tariff: HourlyTariff
) -> NewLoad:
    """The blueprint's load as offered: whether miners would come is asked elsewhere."""
    mining, ai = power * mining_share, power * (1.0 - mining_share)
    return build_load(load_rules, mining, ai, hourly_tariff.per_kwh)


@figure(unit="GWh", formula="sum over hours of the wanted load x (1 - loss)")
def wanted_energy(offered_load: NewLoad, new_load_loss: float) -> float:
    """Energy at the meter that the load would take if it were never interrupted.

    Miners count with their uptime, AI data centres with their load factor.
    """
    return float(offered_load.wanted_mw.sum()) * (1.0 - new_load_loss) / MWH_PER_GWH


@figure(unit="TWh", formula="power x hours")
def round_the_clock_energy(base_system: Fleet, power: float) -> float:
    """Energy at the meter of the full block in every hour, as announcements count it."""
    return power * len(base_system.index) / 1e6
