"""The hourly sheet: demand, prices, served load, idle capacity and generation by fuel."""

import numpy as np
import pandas as pd

from kilosat.brief.contents import Contents
from kilosat.brief.labels import fuel_label
from kilosat.brief.workbook.book import Book
from kilosat.figures import Graph
from kilosat.power.dispatch import Dispatch
from kilosat.power.fleet import Fleet
from kilosat.quantities import KWH_PER_MWH

__all__ = ["hourly_sheet", "hourly_table"]


def hourly_sheet(book: Book, contents: Contents) -> None:
    """One row an hour."""
    table = hourly_table(contents.study.graph)
    offset = contents.study.country.utc_offset
    columns = [(f"Local time (UTC {offset})", 17), *((str(name), 13) for name in table.columns)]
    note = "Busbar values. Marginal cost is the dual of the hour's balance."
    if contents.study.country.hourly_is_synthetic:
        note = "HOURLY DEMAND IS SYNTHETIC, see sheet Answer. " + note
    sheet = book.sheet("Hourly", columns, note)
    time = book.style("time")
    whole, money = book.style("#,##0"), book.style("#,##0.00")
    moments = pd.DatetimeIndex(table.index).to_pydatetime()
    for row, moment in enumerate(moments):
        sheet.page.write_datetime(sheet.row + row, 0, moment, time)
    for column, name in enumerate(table.columns):
        style = money if str(name).endswith("/kWh") else whole
        sheet.page.write_column(sheet.row, 1 + column, table[name].tolist(), style)


def hourly_table(graph: Graph) -> pd.DataFrame:
    """Hours down; columns carry their unit in their name."""
    fleet: Fleet = graph.value("base_system")
    base, load = graph.value("base_run"), graph.value("load_run")
    money = f"{graph.currency}/kWh"
    columns = {
        "Demand, MW": fleet.system.demand_mw,
        f"Marginal cost before, {money}": base.dispatch.price / KWH_PER_MWH,
        f"Marginal cost with load, {money}": load.dispatch.price / KWH_PER_MWH,
        "New load served, MW": load.served_mw,
        "Idle below the tariff, MW": graph.value("idle_below_tariff_by_hour").to_numpy(),
        "Unserved before, MW": base.dispatch.unserved_mw,
        "Unserved with load, MW": load.dispatch.unserved_mw,
    }
    for words, run in (("before", base), ("with load", load)):
        for fuel, output in _by_fuel(fleet, run.dispatch).items():
            columns[f"{fuel_label(fuel)} {words}, MW"] = output
    return pd.DataFrame(columns, index=fleet.index).round(4)


def _by_fuel(
    fleet: Fleet, dispatch: Dispatch
) -> dict[str, "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"]:
    fuels = np.array(fleet.fuel)
    output = {
        fuel: dispatch.unit_mw[fuels == fuel].sum(axis=0) for fuel in dict.fromkeys(fleet.fuel)
    }
    reservoirs = dispatch.reservoir_mw
    if reservoirs.shape[0]:
        output["hydro"] = output.get("hydro", 0.0) + reservoirs.sum(axis=0)
    return output
