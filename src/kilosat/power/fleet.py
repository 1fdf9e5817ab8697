"""The fleet: a country's tables turned into a system that can be dispatched."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kilosat.figures import node
from kilosat.power.dispatch import (
    FloatArray,
    IntArray,
    Prepared,
    Reservoirs,
    Storages,
    System,
    Units,
    prepare,
)
from kilosat.quantities import KWH_PER_MWH

__all__ = ["Fleet", "base_system", "cost_only_system"]


@dataclass(frozen=True, eq=False)
class Fleet:
    """A system with what the dispatch itself does not need to know.

    ``fuel`` (U,), ``emission_t_per_mwh`` (U,), ``imported_share`` (U,) belong to the units;
    ``index`` are the hours in local time, ``months`` the budget periods (``2025-01``).
    """

    system: System
    fuel: tuple[str, ...]
    emission_t_per_mwh: FloatArray
    imported_share: FloatArray
    index: pd.DatetimeIndex
    months: tuple[str, ...]

    @property
    def record(self) -> str:
        """What this system is, for the explanation."""
        units, reservoirs = len(self.fuel), len(self.system.reservoirs.names)
        return f"{units} units, {reservoirs} reservoirs, {self.system.hours} hours"

    @cached_property
    def prepared(self) -> Prepared:
        """The system sorted once, for any number of further loads."""
        return prepare(self.system)


@node(formula="tables of the country -> units, reservoirs, hours", label="Power system")
def base_system(
    plants: pd.DataFrame,
    fuels: pd.DataFrame,
    availability: pd.DataFrame,
    hydro: pd.DataFrame,
    hourly: pd.DataFrame,
    reported_generation: pd.DataFrame,
    storage: pd.DataFrame,
    out_of_merit_share: float,
    value_of_lost_load: float,
    cost_basis: str,
    ceiling_basis: str,
    imported_fuel_price_factor: float,
    demand_shape_factor: float,
) -> Fleet:
    """The country's system as it ran: must-run and take-or-pay plant, hourly ceilings, hydro.

    Standby plants are left out. Ceilings are those of the availability table (``observed``) or, for
    comparison, the highest ceiling in that table for every fuel (``nameplate``).
    """
    index = pd.DatetimeIndex(hourly.index)
    of_hour = index.strftime("%Y-%m")
    months = tuple(dict.fromkeys(of_hour))
    period = np.array([months.index(name) for name in of_hour], dtype=np.int64)
    fuel_facts = fuels.set_index("fuel")
    operating = plants[plants["status"] == "operating"]
    running = operating[operating["fuel"].map(fuel_facts["role"]).isin(["thermal", "must-take"])]
    profiles = list(fuel_facts.index[fuel_facts["role"] == "profile"])

    limits = _limits(running, availability, months, ceiling_basis)
    floors = _out_of_merit_floor(running, fuel_facts, reported_generation, hourly, months)
    capacity = running["capacity_mw"].to_numpy(float)[:, None]
    ceiling = limits["ceiling"][:, period] * capacity
    share = np.maximum(
        limits["minimum"], np.minimum(out_of_merit_share * floors, limits["ceiling"])
    )
    minimum = share[:, period] * capacity

    cost = _costs(running, fuel_facts, cost_basis, imported_fuel_price_factor)
    profile_mw = np.array([hourly[f"{fuel}_mw"].to_numpy(float) for fuel in profiles])
    profile_mw = profile_mw.reshape(len(profiles), len(hourly))
    unit_fuel = (*running["fuel"], *profiles)
    units = Units(
        names=(*running["name"], *profiles),
        marginal_cost=np.append(cost, np.zeros(len(profiles))) * KWH_PER_MWH,
        min_mw=np.vstack([minimum, np.zeros_like(profile_mw)]),
        max_mw=np.vstack([ceiling, profile_mw]),
    )
    return Fleet(
        system=System(
            demand_mw=_shaped(hourly["demand_mw"], period, demand_shape_factor),
            period=period,
            units=units,
            value_of_lost_load=value_of_lost_load * KWH_PER_MWH,
            reservoirs=_reservoirs(hydro, months, period),
            storages=_storages(storage),
        ),
        fuel=unit_fuel,
        emission_t_per_mwh=fuel_facts.loc[list(unit_fuel), "emission_t_per_mwh"].to_numpy(float),
        imported_share=fuel_facts.loc[list(unit_fuel), "imported_fuel_share"].to_numpy(float),
        index=index,
        months=months,
    )


@node(formula="as the power system, with cost alone deciding", label="Cost-only system")
def cost_only_system(
    plants: pd.DataFrame,
    fuels: pd.DataFrame,
    availability: pd.DataFrame,
    hydro: pd.DataFrame,
    hourly: pd.DataFrame,
    reported_generation: pd.DataFrame,
    storage: pd.DataFrame,
    value_of_lost_load: float,
    cost_basis: str,
    imported_fuel_price_factor: float,
    demand_shape_factor: float,
) -> Fleet:
    """The same fleet if nothing but cost decided: no take-or-pay, every fuel fully available.

    It shows what the facts about take-or-pay and fuel limits explain.
    """
    return base_system(
        plants,
        fuels,
        availability,
        hydro,
        hourly,
        reported_generation,
        storage,
        0.0,
        value_of_lost_load,
        cost_basis,
        "nameplate",
        imported_fuel_price_factor,
        demand_shape_factor,
    )


def _limits(
    running: pd.DataFrame, availability: pd.DataFrame, months: tuple[str, ...], basis: str
) -> dict[str, FloatArray]:
    """Ceiling and minimum (units, months) as shares of capacity."""
    tables = {
        name: availability.pivot(index="fuel", columns="month", values=name)
        .loc[running["fuel"], list(months)]
        .to_numpy(float)
        for name in ("ceiling", "minimum")
    }
    if basis == "nameplate":
        free = tables["minimum"] < tables["ceiling"]
        highest = tables["ceiling"][free].max(initial=0.0)
        tables["ceiling"] = np.where(
            free, np.maximum(tables["ceiling"], highest), tables["ceiling"]
        )
    return tables


def _out_of_merit_floor(
    running: pd.DataFrame,
    fuels: pd.DataFrame,
    reported: pd.DataFrame,
    hourly: pd.DataFrame,
    months: tuple[str, ...],
) -> FloatArray:
    """Mean output reported for take-or-pay fuels, as a share of capacity (units, months)."""
    forced = [fuel for fuel in fuels.index if fuels.at[fuel, "out_of_merit"]]
    hours = hourly.groupby(pd.DatetimeIndex(hourly.index).strftime("%Y-%m")).size()
    capacity = running.groupby("fuel")["capacity_mw"].sum()
    floor = np.zeros((len(running), len(months)))
    if reported.empty:
        return floor
    energy = reported.pivot(index="fuel", columns="month", values="generation_gwh")
    for row, fuel in enumerate(running["fuel"]):
        if fuel in forced and fuel in energy.index:
            mean = energy.loc[fuel, list(months)] * 1e3 / hours.loc[list(months)]
            floor[row] = (mean / capacity[fuel]).to_numpy(float)
    return floor


def _costs(
    running: pd.DataFrame, fuels: pd.DataFrame, basis: str, imported_factor: float
) -> FloatArray:
    """Variable cost of the units, currency per kWh at the busbar."""
    column = "variable_cost_per_kwh" if basis == "list" else "filed_cost_per_kwh"
    imported = fuels.loc[running["fuel"], "imported_fuel_share"].to_numpy(float)
    listed = running[column].to_numpy(dtype=np.float64)
    cost: FloatArray = np.multiply(listed, 1.0 + imported * (imported_factor - 1.0))
    return cost


def _shaped(demand: "pd.Series[float]", period: IntArray, factor: float) -> FloatArray:
    """Demand with its annual peak scaled by ``factor``; the energy of each month stays as it is."""
    mw = demand.to_numpy(float)
    mean = (np.bincount(period, weights=mw) / np.bincount(period))[period]
    peak = int(mw.argmax())
    if factor == 1.0 or mw[peak] == mean[peak]:
        return np.asarray(mw, dtype=np.float64)
    stretch = (factor * mw[peak] - mean[peak]) / (mw[peak] - mean[peak])
    shaped: FloatArray = np.maximum(mean + (mw - mean) * stretch, 0.0)
    return shaped


def _reservoirs(hydro: pd.DataFrame, months: tuple[str, ...], period: IntArray) -> Reservoirs:
    if hydro.empty:
        return Reservoirs.none(len(period), len(months))
    names = tuple(dict.fromkeys(hydro["reservoir"]))
    tables = {
        column: hydro.pivot(index="reservoir", columns="month", values=column)
        .loc[list(names), list(months)]
        .to_numpy(float)
        for column in ("capacity_mw", "energy_gwh", "minimum_mw")
    }
    return Reservoirs(
        names=names,
        min_mw=tables["minimum_mw"][:, period],
        max_mw=tables["capacity_mw"][:, period],
        budget_mwh=tables["energy_gwh"] * 1e3,
    )


def _storages(storage: pd.DataFrame) -> Storages:
    if storage.empty:
        return Storages.none()
    columns = {name: storage[name].to_numpy(float) for name in storage.columns if name != "name"}
    return Storages(
        names=tuple(storage["name"]),
        charge_mw=columns["charge_mw"],
        discharge_mw=columns["discharge_mw"],
        energy_mwh=columns["energy_mwh"],
        charge_efficiency=columns["charge_efficiency"],
        discharge_efficiency=columns["discharge_efficiency"],
        initial_mwh=columns["energy_mwh"] / 2.0,
    )
