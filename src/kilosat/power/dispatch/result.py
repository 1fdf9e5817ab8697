"""What a dispatch gives back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from kilosat.power.dispatch.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Schedules:
    """Who runs when, in MW: everything of a dispatch that has an hour and an owner."""

    unit_mw: FloatArray
    reservoir_mw: FloatArray
    elastic_mw: FloatArray
    unserved_mw: FloatArray
    spilled_mw: FloatArray
    charge_mw: FloatArray
    discharge_mw: FloatArray
    level_mwh: FloatArray


@dataclass(frozen=True, eq=False)
class Dispatch:
    """A least-cost dispatch with its proof.

    Money is in the currency of the input, power in MW. `objective` is what the linear programme
    minimises: generation cost, plus value of lost load times unserved energy, minus willingness to
    pay times elastic energy served. `generation_cost` is the cost of the units alone.

    `price` (T,) is the marginal cost of one more MWh of firm demand, a dual of the hour's balance.
    Where costs tie (demand ends exactly where a unit does) the dual is an interval. The fast
    method then takes the water value or the value of stored energy if it lies inside, else the
    nearer end; HiGHS takes whichever its basis holds. `water_value` (R, P) is what one more MWh of
    budget would save, `storage_value` (S, T) what one more MWh in the store at the end of the hour
    would save. Together they prove `lower_bound`: no dispatch costs less.

    Schedules are worked out when first asked for; in the fast method a further scenario that only
    needs cost and prices does not pay for them.
    """

    objective: float
    generation_cost: float
    lower_bound: float
    price: FloatArray
    water_value: FloatArray
    storage_value: FloatArray
    method: Literal["fast", "highs"]
    work_out: Callable[[], Schedules] = field(repr=False)
    flagged: bool = False
    reason: str = ""

    @property
    def gap(self) -> float:
        """How much cheaper, in money, the best dispatch could at most be."""
        return self.objective - self.lower_bound

    @property
    def relative_gap(self) -> float:
        """The gap as a share of the objective (of 1 where the objective is smaller than that)."""
        return self.gap / max(abs(self.objective), 1.0)

    @cached_property
    def schedules(self) -> Schedules:
        """All hourly schedules."""
        return self.work_out()

    @property
    def unit_mw(self) -> FloatArray:
        """Output of each unit (U, T)."""
        return self.schedules.unit_mw

    @property
    def reservoir_mw(self) -> FloatArray:
        """Output of each reservoir (R, T)."""
        return self.schedules.reservoir_mw

    @property
    def elastic_mw(self) -> FloatArray:
        """Elastic load served (E, T)."""
        return self.schedules.elastic_mw

    @property
    def unserved_mw(self) -> FloatArray:
        """Firm demand not served (T,)."""
        return self.schedules.unserved_mw

    @property
    def spilled_mw(self) -> FloatArray:
        """Energy dumped because more must run than is wanted (T,)."""
        return self.schedules.spilled_mw

    @property
    def charge_mw(self) -> FloatArray:
        """Power into each storage (S, T)."""
        return self.schedules.charge_mw

    @property
    def discharge_mw(self) -> FloatArray:
        """Power out of each storage (S, T)."""
        return self.schedules.discharge_mw

    @property
    def level_mwh(self) -> FloatArray:
        """Energy in each storage at the end of the hour (S, T)."""
        return self.schedules.level_mwh
