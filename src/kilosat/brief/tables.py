"""The tables of the brief, in the order in which it shows them."""

from kilosat.brief.labels import FLOOR_WORDS, fuel_label, test_words
from kilosat.brief.marks import fig
from kilosat.brief.table import Cell, Table, head, number, of_frame, of_series, verdict, words
from kilosat.figures import Graph
from kilosat.scenarios import SENSITIVITY

__all__ = ["JUDGED", "all_tables"]

_STATISTICS = {"before": "Before", "with load": "With the new load"}
JUDGED = {rate: f"judged_tariffs[{rate}]" for rate in ("low", "central", "high")}
"""The tariffs that tests and miners are asked about, by their place in the tables."""


def all_tables(graph: Graph) -> dict[str, Table]:
    """All tables, by key."""
    tables = (
        _idle(graph),
        of_series(
            graph,
            "headroom_curve",
            "Constant load that stays below the seasonal peak, by the share of its energy that may "
            "be curtailed",
            "Curtailed at most",
            "Load",
        ),
        of_series(
            graph, "idle_below_tariff", "Idle capacity whose cost the tariff covers", "", "Capacity"
        ),
        of_frame(
            graph,
            "price_statistics",
            "Marginal cost at the busbar over the hours",
            "Statistic",
            str.capitalize,
            _STATISTICS,
        ),
        of_frame(
            graph,
            "marginal_hours",
            "Which fuel is the marginal one: share of hours",
            "Fuel",
            fuel_label,
            _STATISTICS,
        ),
        of_series(
            graph,
            "incremental_energy_by_fuel",
            "What serves the new load",
            "Fuel",
            "More output",
            fuel_label,
        ),
        _check(graph),
        _by_month(graph, "generation_gap", "Model less report, by month", signed=True),
        _by_month(graph, "reported_generation_by_month", "Generation as reported, by month"),
        _by_month(graph, "modelled_generation", "Generation in the model, by month"),
        _tests(graph),
        *_window(graph),
        _miners(graph),
        _come(graph),
        of_frame(
            graph,
            "mining_that_comes",
            "How much mining comes at the tariff, mean of the hours",
            "Machines",
            str.capitalize,
            {"would run": "Would run, if paid for", "would invest": "Would invest"},
        ),
        _money(graph),
        of_series(
            graph,
            "incremental_cost_by_hydro_rule",
            "Incremental cost by hydro rule",
            "Reservoirs",
            "Cost",
            str.capitalize,
        ),
        of_series(
            graph,
            "incremental_cost_by_loss",
            "Incremental cost at the meter by the losses applied",
            "Losses",
            "Cost",
            str.capitalize,
        ),
        of_frame(
            graph,
            SENSITIVITY,
            "One change at a time",
            "Change",
            columns={
                "full_incremental_cost": "Load causes",
                "reference_ceiling": "Reference machines can pay",
                "reference_room": "Room between",
            },
            signed=("reference_room",),
        ),
    )
    return {table.key: table for table in tables}


def _idle(graph: Graph) -> Table:
    return of_frame(
        graph,
        "idle_capacity_by_month",
        f"Mean idle capacity by month and by variable cost ({graph.currency}/kWh)",
        "Month",
        note="Capacity that could run and does not. Standby plants are left out.",
    )


def _check(graph: Graph) -> Table:
    return of_frame(
        graph,
        "generation_check",
        "Generation of the period by source: reported, in the model, and if cost alone decided",
        "Source",
        fuel_label,
        {
            "reported": "Reported",
            "model": "Model",
            "gap": "Gap",
            "cost-only": "Cost alone",
            "cost-only gap": "Gap of cost alone",
        },
        signed=("gap", "cost-only gap"),
    )


def _by_month(graph: Graph, name: str, caption: str, signed: bool = False) -> Table:
    """Months down, sources across: the long way round fits a page."""
    frame = graph.value(name)
    fuels = [str(fuel) for fuel in graph.value("generation_check").index]
    fuels = [fuel for fuel in fuels if fuel in frame.index]
    rows = tuple(
        (head(month), *(number(f"{name}[{fuel},{month}]", signed=signed) for fuel in fuels))
        for month in frame.columns
    )
    heads = ("Month", *(fuel_label(fuel) for fuel in fuels))
    return Table(name, f"{caption}, {graph.unit(name)}", heads, rows, wide=True)


def _tests(graph: Graph) -> Table:
    thresholds = graph.value("subsidy_thresholds").index
    money = f"{graph.currency}/kWh"
    rows = []
    for test in graph.value("subsidy_verdicts").index:
        question, kind, _ = test_words(test)
        priced = test in thresholds
        blank = words("")
        rows.append(
            (
                Cell(question, "head"),
                words(f"{test}, {kind}"),
                number(f"subsidy_thresholds[{test}]") if priced else blank,
                *(verdict(graph, f"subsidy_verdicts[{test},{rate}]") for rate in JUDGED),
                number(f"subsidy_margins[{test},central]", signed=True) if priced else blank,
                number(f"subsidy_amounts[{test},central]") if priced else blank,
            )
        )
    return Table(
        "tests",
        "The tests side by side",
        (
            "Question",
            "Test",
            f"Threshold, {money}",
            *(f"At {fig(name)}" for name in JUDGED.values()),
            f"Margin at {fig('paid_tariff', bare=True)}, {money}",
            f"Called a subsidy at {fig('paid_tariff', bare=True)}, {graph.unit('subsidy_amounts')}",
        ),
        tuple(rows),
        wide=True,
    )


def _window(graph: Graph) -> tuple[Table, ...]:
    def floor(test: str) -> str:
        return FLOOR_WORDS.get(test, test)

    captions = {
        "window_width": "Width of the window at the blueprint's size: ceiling less floor",
        "window_largest_power": "Largest load for which some tariff is in the window",
        "opening_hashprice": "Hashprice at which the window opens",
        "opening_efficiency": "Machine efficiency at which the window opens, same price per hash",
        "opening_cost_fall": "Change of the floor that opens the window; zero where it is open",
    }
    notes = {
        "window_width": "None: this reading holds at no tariff at this size.",
        "opening_hashprice": "None: this reading holds at no tariff at this size.",
        "opening_efficiency": "None: no efficiency does at the class's price per hash, none is "
        "needed, or no tariff passes at this size.",
        "opening_cost_fall": "None: no tariff passes at this size, "
        "or these miners could not pay even for free power.",
    }
    frames = [
        of_frame(
            graph,
            name,
            caption,
            "No subsidy by",
            floor,
            signed=list(graph.value(name).columns) if name == "window_width" else (),
            note=notes.get(name, ""),
        )
        for name, caption in captions.items()
    ]
    return (
        of_series(
            graph,
            "window_floors",
            "Floors: the lowest tariff without a subsidy",
            "No subsidy by",
            "Tariff",
            floor,
            "None: no tariff will do at this size.",
        ),
        of_series(
            graph,
            "window_ceilings",
            "Ceilings: the highest tariff that earns a new site its capital",
            "Machines",
            "Tariff",
            str.capitalize,
        ),
        *frames,
    )


def _miners(graph: Graph) -> Table:
    return of_frame(
        graph,
        "miners_by_class",
        "Machines by class at the blueprint's tariff",
        "Machines",
        str.capitalize,
        {
            "efficiency": "Efficiency",
            "own share": "Share of world hashrate",
            "can pay": "Can pay to run",
            "margin to run": "Margin to run",
            "can pay with capital": "Can pay and earn capital",
            "margin to invest": "Margin to invest",
            "break-even hashprice": "Break-even hashprice",
        },
        signed=("margin to run", "margin to invest"),
        wide=True,
    )


def _come(graph: Graph) -> Table:
    rows = tuple(
        (
            head(str(name).capitalize()),
            *(verdict(graph, f"miners_verdicts[{name},{rate}]") for rate in JUDGED),
        )
        for name in graph.value("miners_verdicts").index
    )
    heads = ("Machines", *(f"At {fig(name)}" for name in JUDGED.values()))
    return Table("miners_verdicts", "Would they come?", heads, rows)


def _money(graph: Graph) -> Table:
    def row(text: str, name: str) -> tuple[Cell, ...]:
        usd = Cell(fig(name, usd=True), "number")
        return (Cell(text, "head"), Cell(fig(name), "number"), usd)

    rows = (
        row("The new load pays", "tariff_revenue"),
        row("of which extra fuel and other variable cost", "incremental_generation_cost"),
        row("of which its connection", "connection_bill"),
        row("of which left for capacity payments that are due anyway", "capacity_contribution"),
        row(
            "Change of everybody else's bill (real; below zero is a relief)",
            "change_of_others_bill",
        ),
        row("the same per kWh that others take", "change_of_others_price"),
        row("Pooled variable cost before", "pooled_cost_before"),
        row("Pooled variable cost with the load in the same basket", "pooled_cost_with_load"),
        row("NOTIONAL: all energy repriced at the marginal cost", "notional_market_effect"),
    )
    return Table(
        "money", "Who pays and who gains", ("", f"In {graph.currency}", "In US dollars"), rows
    )
