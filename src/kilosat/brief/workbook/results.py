"""Sheets of results: tests, window, balance, machines, sensitivity."""

from math import isfinite

from kilosat.brief.contents import Contents
from kilosat.brief.labels import FLOOR_WORDS, fuel_label, test_words
from kilosat.brief.tables import JUDGED
from kilosat.brief.workbook.book import Book, Sheet
from kilosat.brief.workbook.formulas import THRESHOLDS
from kilosat.figures import Graph
from kilosat.power.window import Window
from kilosat.scenarios import SENSITIVITY

__all__ = ["balance_sheet", "machines_sheet", "sensitivity_sheet", "tests_sheet", "window_sheet"]

_RATES = tuple(JUDGED.items())


def tests_sheet(book: Book, contents: Contents) -> None:
    """The tests, with thresholds, margins, amounts and outcomes as formulas."""
    graph = contents.study.graph
    money, amount = f"{graph.currency}/kWh", graph.unit("subsidy_amounts")
    columns = [("Test", 30), ("Question", 44), ("Kind", 9), (f"Threshold, {money}", 14)]
    columns += [(f"Margin at the {rate} tariff, {money}", 16) for rate, _ in _RATES]
    columns += [(f"Outcome at the {rate} tariff", 14) for rate, _ in _RATES]
    columns += [(f"Called a subsidy at the {rate} tariff, {amount}", 18) for rate, _ in _RATES]
    sheet = book.sheet("Tests", columns, "A floor holds at or above its threshold, a ceiling below")
    for test in graph.value("subsidy_verdicts").index:
        question, kind, _ = test_words(test)
        for column, text in enumerate((test, question, kind)):
            sheet.write(column, text)
        if test in THRESHOLDS:
            _priced_test(sheet, graph, test, kind)
        else:
            _other_test(sheet, graph, test)
        sheet.end_row()


def _priced_test(sheet: Sheet, graph: Graph, test: str, kind: str) -> None:
    places, money = sheet.book.places, f"{graph.currency}/kWh"
    energy = places["absorbed_energy"]
    threshold = places[THRESHOLDS[test]]
    sheet.formula(3, f"={threshold}", graph.value(f"subsidy_thresholds[{test}]"), money)
    for number, (rate, name) in enumerate(_RATES):
        key = f"[{test},{rate}]"
        pair = (sheet.cell(3), places[name]) if kind == "ceiling" else (places[name], sheet.cell(3))
        margin = graph.value(f"subsidy_margins{key}")
        sheet.formula(4 + number, f"={pair[0]}-{pair[1]}", margin, money)
        cell = sheet.cell(4 + number)
        outcome = f'=IF({cell}>=0,"holds","fails")'
        sheet.formula(7 + number, outcome, graph.value(f"subsidy_verdicts{key}"))
        formula = f"=MAX(0,-{cell})*{energy}*10^6/10^9"
        sheet.formula(10 + number, formula, graph.value(f"subsidy_amounts{key}"), "bn")


def _other_test(sheet: Sheet, graph: Graph, test: str) -> None:
    places = sheet.book.places
    for number, (rate, _) in enumerate(_RATES):
        outcome = graph.value(f"subsidy_verdicts[{test},{rate}]")
        if test == "accepted band, energy":
            energy, width = places["absorbed_energy"], places["package_energy_limit"]
            sheet.formula(7 + number, f'=IF({energy}/1000<={width},"holds","fails")', outcome)
        else:
            sheet.write(7 + number, outcome)


def window_sheet(book: Book, contents: Contents) -> None:
    """Floors and ceilings over the size of the load, and the width between the widest pair."""
    graph = contents.study.graph
    window: Window = graph.value("window")
    money = f"{graph.currency}/kWh"
    columns = [("Size at the meter, MW", 12), ("Energy, GWh", 12), ("More unserved, GWh", 12)]
    columns += [(f"Floor: {FLOOR_WORDS.get(test, test)}, {money}", 16) for test in window.floors]
    columns += [(f"Ceiling: {name} machines, {money}", 16) for name in window.ceilings]
    columns += [(f"Highest ceiling less weakest floor, {money}", 18)]
    sheet = book.sheet(
        "Window", columns, "The window is open where the last column is not negative"
    )
    first = 3 + len(window.floors)
    last = first + len(window.ceilings) - 1
    for row, power in enumerate(window.powers):
        sheet.write(0, float(power), "MW")
        sheet.write(1, float(window.energy_gwh[row]), "GWh")
        sheet.write(2, float(window.unserved_rise_gwh[row]), "GWh")
        floors = [float(values[row]) for values in window.floors.values()]
        ceilings = [float(values[row]) for values in window.ceilings.values()]
        for column, value in enumerate([*floors, *ceilings]):
            sheet.write(3 + column, value, money)
        span = f"{sheet.cell(first)}:{sheet.cell(last)}"
        width = max(ceilings) - floors[0] if isfinite(floors[0]) else ""
        formula = f'=IF({sheet.cell(3)}="","",MAX({span})-{sheet.cell(3)})'
        sheet.formula(last + 1, formula, width, money)
        sheet.end_row()


def balance_sheet(book: Book, contents: Contents) -> None:
    """Model against report by month and source."""
    graph = contents.study.graph
    columns = [("Month", 10), ("Source", 22), ("Reported, GWh", 14), ("Model, GWh", 14)]
    columns += [("Model less report, GWh", 14), ("Gap, %", 10), ("If cost alone decided, GWh", 16)]
    sheet = book.sheet("Balance", columns, "The run without the new load against the reports")
    reported = graph.value("reported_generation_by_month")
    tables = [reported, graph.value("modelled_generation"), graph.value("cost_only_generation")]
    for month in reported.columns:
        for fuel in graph.value("generation_check").index:
            values = [
                float(table.at[fuel, month]) if fuel in table.index else 0.0 for table in tables
            ]
            sheet.write(0, str(month))
            sheet.write(1, fuel_label(str(fuel)))
            for column, value in zip((2, 3, 6), values, strict=True):
                sheet.write(column, value, "GWh")
            one, two = sheet.cell(2), sheet.cell(3)
            sheet.formula(4, f"={two}-{one}", values[1] - values[0], "GWh")
            gap = 100.0 * (values[1] / values[0] - 1.0) if values[0] else ""
            sheet.formula(5, f'=IF({one}=0,"",100*({two}/{one}-1))', gap, "%")
            sheet.end_row()


def machines_sheet(book: Book, contents: Contents) -> None:
    """What machines can pay, from its pieces."""
    graph = contents.study.graph
    curve, table = graph.value("miner_curve"), graph.value("miners_by_class")
    verdicts = graph.value("miners_verdicts")
    pieces = [str(name) for name in curve.columns]
    heads = [
        (f"{p.replace('_', ' ').capitalize()}, {graph.unit(f'miner_curve[x,{p}]')}", 15)
        for p in pieces
    ]
    money = f"{graph.currency}/kWh"
    columns = [("Machines", 12), ("Class", 28), *heads]
    columns += [(f"Can pay to run, {money}", 14), (f"Can pay and earn capital, {money}", 14)]
    columns += [("Break-even hashprice, USD/PH/s/day", 16)]
    columns += [(f"At the {rate} tariff", 14) for rate, _ in _RATES]
    sheet = book.sheet("Machines", columns, "Revenue before the load's own effect on the network")
    power, share = book.places["mining_power"], book.places["mining_served_share"]
    for name in curve.index:
        sheet.write(0, str(name))
        sheet.write(1, contents.study.market.labels.get(str(name), ""))
        for column, piece in enumerate(pieces):
            unit = "per MW" if piece == "dilution_per_mw" else graph.unit(f"miner_curve[x,{piece}]")
            value = float(curve.at[name, piece])
            if piece == "dilution_per_mw":
                style = book.style("0.00E+00")
                sheet.page.write_number(sheet.row, 2 + column, value, style)
            else:
                sheet.write(2 + column, value, unit)
        run = f"={sheet.cell(4)}/(1+{sheet.cell(5)}*{power})-{sheet.cell(6)}"
        sheet.formula(9, run, table.at[name, "can pay"], money)
        capital = f"({sheet.cell(7)}+{sheet.cell(8)})/{share}"
        invest = f"={sheet.cell(9)}-{capital}"
        sheet.formula(10, invest, table.at[name, "can pay with capital"], money)
        sheet.write(11, table.at[name, "break-even hashprice"], "USD/PH/s/day")
        for column, (rate, _) in enumerate(_RATES):
            sheet.write(12 + column, str(verdicts.at[name, rate]))
        sheet.end_row()


def sensitivity_sheet(book: Book, contents: Contents) -> None:
    """One change at a time."""
    graph = contents.study.graph
    table = graph.value(SENSITIVITY)
    reasons = {v.label: v.reason for v in graph.sweeps[SENSITIVITY].variations}
    unit = f"{graph.currency}/kWh"
    titles = ("Load costs", "Reference machines can pay", "Room between")
    columns = [("Change", 34), ("What it means", 44), *((f"{t}, {unit}", 18) for t in titles)]
    columns += [(f"Room against the base case, {unit}", 18)]
    sheet = book.sheet("Sensitivity", columns, "The first row is the base case")
    base_row = sheet.row + 1
    for name, row in table.iterrows():
        sheet.write(0, str(name))
        sheet.write(1, reasons.get(str(name), ""))
        cost, ceiling, room = (float(value) for value in row)
        sheet.write(2, cost, unit)
        sheet.write(3, ceiling, unit)
        sheet.formula(4, f"={sheet.cell(3)}-{sheet.cell(2)}", room, unit)
        change = room - float(table.iloc[0]["reference_room"])
        sheet.formula(5, f"={sheet.cell(4)}-$E${base_row}", change, unit)
        sheet.end_row()
