"""Strategy's replay as plain text: the verdict, its tables, and what other companies hold."""

import textwrap

from kilosat.figures import Graph
from kilosat.quantities import MILLION
from kilosat.reserve.report import cited_sources
from kilosat.reserve.text_tables import number, section, wrapped

__all__ = ["strategy_report"]

_LONGEST_TEXT = 60


def strategy_report(graph: Graph) -> str:
    """The whole of it: verdict, position, reported totals, companies, sources."""
    parts = [_verdict(graph), _position(graph), _under_water(graph), _totals(graph)]
    return "\n\n".join([*parts, _companies(graph), cited_sources(graph)]) + "\n"


def _verdict(graph: Graph) -> str:
    day = graph.value("replay_date")
    end = graph.value("strategy_position").loc["end"]
    paid = end["cost known"] + end["cost estimated"]
    way = "more" if end["gain"] >= 0 else "less"
    money = {name: number(end[name] / MILLION) for name in ("cost estimated", "value")}
    text = (
        f"To the close of {day}, Strategy had paid {number(paid / MILLION)} m USD for its "
        f"purchases ({money['cost estimated']} m of it estimated at closes) and held "
        f"{number(end['coins'])} BTC, worth {money['value']} m USD. With "
        f"{number(end['sales'] / MILLION, 1)} m USD from sales that is "
        f"{number(abs(end['gain']) / MILLION)} m USD {way} than it had paid "
        f"({number(end['gain share'], 1)} %)."
    )
    return "\n".join([f"Strategy's purchases as filed, replayed to {day}", *wrapped(text)])


def _position(graph: Graph) -> str:
    end = graph.value("strategy_position").loc["end"]
    units = {"coins": "BTC", "average": "USD/BTC", "gain share": "%"}
    names = {
        "coins": "coins held",
        "cost known": "paid, as stated",
        "cost estimated": "paid, not stated: coins at the close",
        "sales": "received for sales",
        "cost held": "cost of the coins held",
        "average": "average cost of a coin held",
        "value": "value at the close",
        "gain": "gain: value + sales - paid",
        "gain share": "gain, of all that was paid",
    }
    rows = [
        [name, number(end[key], 1 if key == "gain share" else 0), units.get(key, "USD")]
        for key, name in names.items()
    ]
    notes = [
        "Each row counts on the day of its filing. Debt and shares that paid for it, their "
        "interest and dividends, taxes and custody are left out.",
        f"Cost method: {graph.value('cost_method')}. Coins per share: not known (the number of "
        "shares is not in the data).",
    ]
    return section("Position", ["", "", "unit"], rows, notes)


def _under_water(graph: Graph) -> str:
    value = graph.value
    rows = [
        ["deepest loss", number(value("strategy_deepest_loss")), "USD"],
        ["days under water", number(value("strategy_days_under_water")), "day"],
        ["longest time under water", number(value("strategy_longest_under_water")), "day"],
        ["days since the first purchase", number(len(value("strategy_history"))), "day"],
    ]
    note = f"Lowest gain on {value('strategy_deepest_loss_day')}."
    return section("Under water", ["", "", "unit"], rows, [note])


def _totals(graph: Graph) -> str:
    table, day = graph.value("strategy_rows"), graph.value("replay_date")
    rows = [
        [str(name), number(coins, 0)]
        for name, coins in graph.value("strategy_against_reported").items()
    ]
    later = table[table["day"] > day]
    bare = table[table["cost from"] != "stated"]
    notes = [
        f"Rows run to {table['day'].iloc[-1]}; {len(later)} of them, "
        f"{number(later['coins'].sum())} BTC, come after {day} and are not in the position above.",
        f"{len(bare)} rows have no stated cost ({number(bare['coins'].sum())} BTC): differences "
        "between reported totals. The largest distance of the running sum from a reported total "
        f"is {number(graph.value('strategy_largest_difference'))} BTC.",
    ]
    return section("Beside the reported totals", ["", "BTC"], rows, notes)


def _companies(graph: Graph) -> str:
    rows = [
        [
            str(name),
            number(row["coins"], 0),
            row["day"],
            textwrap.shorten(row["stated in"], _LONGEST_TEXT, placeholder=" ..."),
        ]
        for name, row in graph.value("company_latest").iterrows()
    ]
    notes = [
        "Reports are of different days, some old, and the list is not complete: no sum is made.",
        "Coins per share: not known.",
    ]
    title = "Other companies: latest reported holding in the data"
    return section(title, ["company", "BTC", "reported", "stated in"], rows, notes)
