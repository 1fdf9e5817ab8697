"""The mine: which machines, what they cost, and the terms on which it runs."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.quantities import KWH_PER_MWH, MILLION
from kilosat.walks.supply import PowerSupply, sorted_hours
from kilosat.walks.terms import YEAR_DAYS, MineTerms

_WATT_PER_MW = 1e6
_MONTH_DAYS = YEAR_DAYS / 12.0


@figure(
    unit="MW",
    formula="mining power x share of the class",
    column_units={"efficiency": "J/TH", "machine price": "USD/TH", "machines": "m USD"},
)
def mine_fleet(
    machines: pd.DataFrame,
    fleet_shares: "pd.Series[float]",
    mining_power: float,
    cooling_overhead: float,
) -> pd.DataFrame:
    """Megawatts at the meter by class of machine, and what the machines cost before duty."""
    megawatts = fleet_shares * mining_power
    machines = machines.loc[fleet_shares.index]
    efficiency, price = machines["efficiency_j_per_th"], machines["price_usd_per_th"]
    terahash = megawatts * _WATT_PER_MW / (efficiency * (1.0 + cooling_overhead))
    return pd.DataFrame(
        {
            "power": megawatts,
            "efficiency": efficiency,
            "machine price": price,
            "machines": terahash * price / MILLION,
        }
    )


@figure(unit="m USD", formula="machines x (1 + duty) + site")
def first_outlay(
    mine_fleet: pd.DataFrame, import_duty: float, site_capex: float, hosting_fee: float
) -> float:
    """What machines with duty, and the site if it is own, cost at the prices of the as-of date.

    They are paid as they come, machines at the price of their day.
    """
    site = 0.0 if hosting_fee else float(mine_fleet["power"].sum()) * KWH_PER_MWH * site_capex
    return float(mine_fleet["machines"].sum()) * (1.0 + import_duty) + site / MILLION


@figure(unit="job", formula="as the blueprint's source has it; none where no source promises any")
def jobs_promised(jobs: float) -> float:
    """Jobs that a source promises for the mine; kilosat has no model of jobs and assumes none."""
    return jobs


@node(formula="fleet, tariff hours, ownership and taxes", label="Terms of the mine")
def mine_terms(
    mine_fleet: pd.DataFrame,
    power_supply: PowerSupply,
    efficiency_decline: float,
    machine_price_elasticity: float,
    machine_efficiency_elasticity: float,
    pool_fee: float,
    cooling_overhead: float,
    other_running_cost: float,
    hosting_fee: float,
    machine_life: float,
    site_capex: float,
    site_life: float,
    ramp_up: float,
    failure_rate: float,
    import_duty: float,
    profit_tax: float,
    coin_royalty: float,
    tariff_in_coins: float,
    state_share: float,
    mined_share_kept: float,
    private_discount_rate: float,
    public_discount_rate: float,
    outlook_as_of: str,
) -> MineTerms:
    """How the mine runs, is renewed, and shares what it earns."""
    tariffs, energy, bill = sorted_hours(power_supply)
    first = date.fromisoformat(outlook_as_of) + timedelta(days=1)
    hosted = hosting_fee > 0
    months = (np.arange(round(machine_life * 12)) + 0.5) / 12.0
    return MineTerms(
        megawatts=mine_fleet["power"].to_numpy(float),
        joule_per_th=mine_fleet["efficiency"].to_numpy(float),
        usd_per_th=mine_fleet["machine price"].to_numpy(float),
        tariffs=tariffs,
        energy=energy,
        bill=bill,
        mean_tariff=power_supply.mean_tariff,
        yearly_hours=float(power_supply.served.sum()),
        first_day_of_year=first.timetuple().tm_yday - 1,
        ramp_days=round(ramp_up * _MONTH_DAYS),
        daily_loss=1.0 - (1.0 - failure_rate) ** (1.0 / YEAR_DAYS),
        pool_fee=pool_fee,
        cooling=cooling_overhead,
        running_cost=other_running_cost + hosting_fee,
        life_days=round(machine_life * YEAR_DAYS),
        site_usd_per_mw=0.0 if hosted else site_capex * KWH_PER_MWH,
        site_life_days=round(site_life * YEAR_DAYS),
        price_elasticity=machine_price_elasticity,
        efficiency_elasticity=machine_efficiency_elasticity,
        later_worth=np.exp(-efficiency_decline * months),
        later_weight=np.power((1.0 - failure_rate) / (1.0 + private_discount_rate), months) / 12.0,
        efficiency_decline=efficiency_decline,
        duty=import_duty,
        profit_tax=profit_tax,
        royalty=coin_royalty,
        tariff_in_coins=tariff_in_coins,
        state_share=state_share,
        kept_share=mined_share_kept,
        system_cost=power_supply.system_cost,
        imported_fuel=power_supply.imported_fuel,
        connection_usd=power_supply.connection_usd,
        connection_life_days=max(round(power_supply.connection_life * YEAR_DAYS), 1),
        private_rate=private_discount_rate,
        public_rate=public_discount_rate,
    )
