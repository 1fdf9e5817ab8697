"""What is compared: the rows of the table, in groups, each with the figure that it shows."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kilosat.brief.comparison.columns import Column
from kilosat.brief.comparison.levels import HIGH, LOW, MIDDLE
from kilosat.brief.marks import fig

__all__ = ["Group", "Measure", "full_labels", "measures"]

_LOCAL = "the same in local money, exchange rate held (assumed)"
_SAME = "the same"

Namer = Callable[[str], str]
"""Gives the name of a figure that all columns have in common."""


@dataclass(frozen=True)
class Measure:
    """A row: ``figure`` is a series of quantiles, or with ``row`` a row of a table of them.

    ``column`` names the column of a table whose rows are quantiles; ``cell`` a single cell; a
    ``single`` measure is one number. ``never`` says what a missing number means.
    """

    key: str
    label: str
    figure: str
    row: str = ""
    column: str = ""
    cell: str = ""
    single: bool = False
    never: str = ""

    def names(self) -> tuple[str, ...]:
        """Names of the printed cells: middle, low end, high end; or the one number."""
        if self.cell:
            return (f"{self.figure}[{self.cell}]",)
        if self.single:
            return (self.figure,)
        keys = (MIDDLE, LOW, HIGH)
        if self.row:
            return tuple(f"{self.figure}[{self.row},{key}]" for key in keys)
        if self.column:
            return tuple(f"{self.figure}[{key},{self.column}]" for key in keys)
        return tuple(f"{self.figure}[{key}]" for key in keys)


@dataclass(frozen=True)
class Group:
    """Rows that belong together; ``part`` says which plans have them."""

    title: str
    part: str
    measures: tuple[Measure, ...] = field(default=())

    def belongs_to(self, column: Column) -> bool:
        """Whether the plan of a column has this part at all."""
        if self.part == "mine":
            return column.has_mine
        return column.has_reserve if self.part == "reserve" else True


def measures(common: Namer, local: bool) -> tuple[Group, ...]:
    """All groups of rows; ``local`` adds rows in local money."""
    return (_state(local), _reserve(common, local), _mine())


def full_labels(group: Group) -> dict[str, str]:
    """The label of each measure by key, readable without the row above it."""
    labels: dict[str, str] = {}
    above = ""
    for measure in group.measures:
        label = measure.label
        if label[:1].isupper():
            above = labels[measure.key] = label
        else:
            rest = label.removeprefix(_SAME).removeprefix(",").strip()
            labels[measure.key] = f"{above}, {rest}"
    return labels


def _state(local: bool) -> Group:
    rows = [
        Measure("outlay", "Paid by the state over the horizon", "public_outlay"),
        Measure("outlay-local", _LOCAL, "public_outlay_in_local_money"),
        Measure("outlay-share", "the same, of a year's GDP", "public_outlay_share"),
        Measure("result", "Public result, present value", "public_result"),
        Measure("result-local", _LOCAL, "public_result_in_local_money"),
        Measure("result-share", "the same, of a year's GDP", "public_result_share"),
        Measure("result-flat", "Public result, not discounted", "public_result_undiscounted"),
        Measure("loss", "Chance of a public loss", "chance_of_public_loss", single=True),
        Measure("shortfall", "Mean of the worst paths", "public_shortfall", single=True),
        Measure(
            "shortfall-share", "the same, of a year's GDP", "public_shortfall_share", single=True
        ),
        Measure("exchange", "Net foreign exchange", "foreign_exchange", row="net"),
    ]
    return Group("What it costs and brings the state", "state", _kept(rows, local))


def _reserve(common: Namer, local: bool) -> Group:
    of_gdp = fig(common("loss_share_of_gdp"))
    of_spending = fig(common("loss_share_of_spending"))
    account = "reserve_account"
    rows = [
        Measure("coins", "Coins at the end", "coins_at_end"),
        Measure("value", "Value of the reserve at the end", account, row="value at the end"),
        Measure("value-local", _LOCAL, "reserve_value_in_local_money"),
        Measure("fall", "Largest fall of the gain", account, row="largest fall of the gain"),
        Measure("water", "Time under water", "years_under_water"),
        Measure(
            "reserve-loss",
            "Chance that the reserve is worth less at the end than was paid in",
            "loss_chances",
            cell="loss at the end",
        ),
        Measure(
            "loss-gdp",
            f"Chance of a loss above {of_gdp} of GDP on some day",
            "loss_chances",
            cell="loss above the share of GDP on some day",
        ),
        Measure(
            "loss-spending",
            f"Chance of a loss above {of_spending} of a year's public spending on some day",
            "loss_chances",
            cell="loss above the share of spending on some day",
        ),
        Measure(
            "stopped",
            "Chance that a stop-loss sells all",
            "loss_chances",
            cell="sold out by the stop-loss",
        ),
        Measure(
            "sale-days",
            "Forced sale: all coins, as days of the world's new coins",
            "forced_sale",
            column="days of new coins",
        ),
        Measure(
            "sale-share",
            "Forced sale: all coins, of the largest sale by a state so far",
            "forced_sale_share",
        ),
        Measure(
            "sale-proceeds",
            "Forced sale: what it would bring, its effect on the price left out",
            "forced_sale",
            column="proceeds",
        ),
    ]
    return Group("The reserve", "reserve", _kept(rows, local))


def _mine() -> Group:
    rows = (
        Measure("mined", "Coins mined", "mined_coins"),
        Measure("hours", "Power on offer that pays to use", "hours_run"),
        Measure("npv", "Net present value to the mine's owners", "mine_npv"),
        Measure(
            "earns",
            "Chance that it earns its cost of capital",
            "mine_chances",
            cell="earns its cost of capital",
        ),
        Measure("irr", "Internal rate of return", "mine_irr"),
        Measure("payback", "Payback", "mine_payback", never="never"),
        Measure("break-tariff", "Break-even tariff", "break_even_tariff"),
        Measure("break-hashprice", "Break-even hashprice of today", "break_even_hashprice_today"),
        Measure(
            "power",
            "Power: tariff less its cost, to the state",
            "public_account",
            row="power: tariff less its cost",
        ),
        Measure(
            "connection",
            "Connection, less what is left of it",
            "public_account",
            row="connection, less what is left of it",
        ),
    )
    return Group("The mine", "mine", rows)


def _kept(rows: list[Measure], local: bool) -> tuple[Measure, ...]:
    return tuple(row for row in rows if local or not row.key.endswith("-local"))
