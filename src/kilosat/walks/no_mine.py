"""A plan without a mine."""

import numpy as np

from kilosat.figures import node
from kilosat.walks.terms import HOURS, YEAR_DAYS, MineTerms


@node(formula="nothing is mined", label="No mine")
def mine_terms(public_discount_rate: float) -> MineTerms:
    """A mine of no megawatts; only the state's discount rate matters."""
    none, hours = np.zeros(1), np.zeros((YEAR_DAYS, HOURS + 1))
    return MineTerms(
        megawatts=none,
        joule_per_th=none + 1.0,
        usd_per_th=none,
        tariffs=np.zeros((YEAR_DAYS, HOURS)),
        energy=hours,
        bill=hours,
        mean_tariff=0.0,
        yearly_hours=0.0,
        first_day_of_year=0,
        ramp_days=0,
        daily_loss=0.0,
        pool_fee=0.0,
        cooling=0.0,
        running_cost=0.0,
        life_days=1,
        site_usd_per_mw=0.0,
        site_life_days=1,
        price_elasticity=0.0,
        efficiency_elasticity=0.0,
        later_worth=none,
        later_weight=none,
        efficiency_decline=0.0,
        duty=0.0,
        profit_tax=0.0,
        royalty=0.0,
        tariff_in_coins=0.0,
        state_share=0.0,
        kept_share=0.0,
        system_cost=0.0,
        imported_fuel=0.0,
        connection_usd=0.0,
        connection_life_days=1,
        private_rate=0.0,
        public_rate=public_discount_rate,
    )
