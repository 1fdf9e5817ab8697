"""A plan's replay as plain text: the verdict in words first, then tables, assumptions, sources."""

from kilosat.figures import Graph
from kilosat.quantities import MILLION
from kilosat.reserve.report import cited_sources
from kilosat.reserve.text_tables import number, section, wrapped
from kilosat.walks.replay_inputs import PlanReplay
from kilosat.walks.replay_mine import BEST_ON_SALE

__all__ = ["plan_replay_report"]

_RULES = (
    "daily_purchase",
    "monthly_purchase",
    "one_off_purchase",
    "seized_coins",
    "buying_years",
    "monthly_sale",
    "selling_years",
    "reserve_cap_gdp",
    "reserve_cap_reserves",
    "stop_loss",
    "rebalance_target",
    "rebalance_band",
    "trading_cost",
)
_A_DOLLAR = 1.0
_TEN_MILLION = 1e7


def plan_replay_report(replayed: PlanReplay) -> str:
    """The whole replay; every number is a figure of its graph or an input."""
    graph = replayed.graph
    parts = [_verdict(replayed), _years(graph), _position(graph), _under_water(graph)]
    if replayed.power:
        parts += [_mine(graph), _machine(graph)]
    return "\n\n".join([*parts, _assumptions(replayed), cited_sources(graph)]) + "\n"


def _m(usd: float, digits: int | None = None) -> str:
    """Millions; with three decimals where they are few, unless asked for."""
    few = 1 if abs(usd) >= _TEN_MILLION else 3
    return number(usd / MILLION, few if digits is None else digits)


def _verdict(replayed: PlanReplay) -> str:
    graph, plan, country = replayed.graph, replayed.plan.name, replayed.economy.name
    start, day = graph.value("replay_start"), graph.value("replay_date")
    end = graph.value("replay_position").loc["end"]
    lines = [f"{country} under '{plan}' from {start}, on what happened to {day}"]
    lines += wrapped(f"{replayed.plan.title}.")
    words = "seized coins, counted at the close of the first day"
    if replayed.power:
        words = (
            "mined coins, counted at the close of their day (what mining them cost is in the "
            "mine's own result)"
        )
    lines += wrapped(_reserve_verdict(graph, end["paid in"], words))
    if replayed.power:
        lines += wrapped(_mine_verdict(graph))
    return "\n".join(lines)


def _reserve_verdict(graph: Graph, paid: float, words: str) -> str:
    end, day = graph.value("replay_position").loc["end"], graph.value("replay_date")
    if not paid:
        return "No coin came into the state's reserve, so nothing was won or lost on the price."
    sold = f", after sales of {_m(end['sales'])} m USD" if end["sales"] else ""
    way, size = ("won", "gain") if end["gain"] >= 0 else ("lost", "loss")
    came = paid - end["purchases"]
    ways = [f"{_m(end['purchases'])} m USD paid for coins"] if end["purchases"] else []
    ways += [f"{_m(came)} m USD of {words}"] if came > _A_DOLLAR else []
    text = (
        f"The state would have {way} {_m(abs(end['gain']))} m USD ({number(end['gain share'], 1)} "
        f"% of what came in; {number(end['gain of GDP'], 3)} % of a year's GDP): "
        f"{' and '.join(ways)}; "
        f"{number(end['coins'], 2)} BTC held on {day}, worth {_m(end['value'])} m USD{sold}."
    )
    stop = graph.value("replay_stop_day")
    if stop != "never":
        text += f" The stop-loss sold all coins on {stop}, after which the plan bought none."
    deepest, days = graph.value("replay_deepest_loss"), len(graph.value("replay_days"))
    under = graph.value("replay_days_under_water")
    if not under:
        return f"{text} On no day was it under water; the {size} counts no interest."
    return (
        f"{text} On the way it was under water on {number(under)} of {number(days)} days, at worst "
        f"by {_m(-deepest)} m USD on {graph.value('replay_deepest_loss_day')}."
    )


def _mine_verdict(graph: Graph) -> str:
    end = graph.value("replay_mine").loc["end"]
    way = "earned its owners more" if end["npv"] >= 0 else "earned its owners less"
    back = (
        f"the cash first came back after {number(end['payback'], 1)} years"
        if end["payback"] == end["payback"]
        else "the cash never came back"
    )
    return (
        f"The mine would have {way} than their cost of capital: net present value "
        f"{_m(end['npv'])} m USD; {back}."
    )


def _years(graph: Graph) -> str:
    names = ["price", "coins", "purchases", "paid in", "sales", "value", "gain"]
    table = graph.value("replay_years")
    digits = 1 if table[names[2:]].abs().to_numpy().max() >= _TEN_MILLION else 4
    rows = []
    for day, row in table.iterrows():
        cells = [number(row["price"], 2), number(row["coins"], 2)]
        rows.append([str(day), *cells, *(_m(row[name], digits) for name in names[2:])])
    titles = ["close of", "USD/BTC", "BTC", "paid m USD", "in m USD", "sold m USD", "value m USD"]
    notes = [
        "Paid: for purchases so far. In: the same with mined and seized coins at the close of "
        "their day. Gain = value + sold - in."
    ]
    return section("Year by year", [*titles, "gain m USD"], rows, notes)


def _position(graph: Graph) -> str:
    end = graph.value("replay_position").loc["end"]
    money = {
        "purchases": "paid for purchases",
        "paid in": "paid in, with mined and seized coins",
        "sales": "received for sales",
        "cost": "cost of the coins held",
        "value": "value at the close",
        "realised": "realised by sales",
        "unrealised": "gain on the coins held",
        "gain": "gain in all",
    }
    rows = [["coins held", number(end["coins"], 2), "BTC"]]
    rows += [[words, _m(end[name], 3), "m USD"] for name, words in money.items()]
    rows += [["average cost of a coin held", number(end["average"]), "USD/BTC"]]
    shares = {"gain share": "gain, of all paid in", "value of GDP": "value", "gain of GDP": "gain"}
    for name, words in shares.items():
        unit = "%" if name == "gain share" else "% of GDP"
        rows.append([words, number(end[name], 3), unit])
    largest = number(graph.value("replay_outlay_of_gdp"), 3)
    rows.append(["purchases of the dearest calendar year", largest, "% of GDP"])
    note = f"Cost method: {graph.value('cost_method')}; it moves cost, not the gain in all."
    return section("Position at the end", ["", "", "unit"], rows, [note])


def _under_water(graph: Graph) -> str:
    value = graph.value
    rows = [
        ["deepest loss", _m(value("replay_deepest_loss"), 3), "m USD"],
        ["deepest loss", number(value("replay_deepest_loss_of_gdp"), 3), "% of GDP"],
        ["days under water", number(value("replay_days_under_water")), "day"],
        ["longest time under water", number(value("replay_longest_under_water")), "day"],
        ["days of the replay", number(len(value("replay_days"))), "day"],
    ]
    notes = [f"Deepest loss on: {value('replay_deepest_loss_day')}."]
    if value("stop_loss"):
        notes.append(f"Stop-loss sold all coins on: {value('replay_stop_day')}.")
    return section("Under water", ["", "", "unit"], rows, notes)


def _mine(graph: Graph) -> str:
    end = graph.value("replay_mine").loc["end"]
    money = ("revenue", "bill", "running", "machines and site", "taxes and duty", "cash", "npv")
    words = {"bill": "power bill", "running": "other running cost", "cash": "cash of the owners"}
    words["npv"] = "net present value"
    rows = [
        ["mined, after the pool's fee", number(end["mined"], 2), "BTC"],
        ["energy", number(end["energy"], 1), "GWh"],
        ["share of hours run, while machines are there", number(end["hours run"], 1), "%"],
        *([words.get(name, name), _m(end[name], 2), "m USD"] for name in money),
        ["renewals of the machines", number(end["renewals"]), "1"],
        ["payback", number(end["payback"], 1), "year"],
        ["largest share of the network", number(graph.value("replay_share_of_network"), 2), "%"],
    ]
    notes = [
        "To all owners. Sums are not discounted, the net present value is, at the blueprint's "
        "cost of capital, to the start. Machines and site end without value; coins count at the "
        "close of their day; the profit of the last year is taxed at the end.",
        "Hashprices are the actual ones, lowered by the mine's own hashes two weeks later, as the "
        "difficulty would have been; all other miners are taken to have stayed as they were.",
    ]
    return section("Mine", ["", "", "unit"], rows, notes)


def _machine(graph: Graph) -> str:
    one = graph.value("machines").loc[BEST_ON_SALE]
    rows = [
        ["efficiency, best on sale", number(one["efficiency_j_per_th"], 2), "J/TH"],
        ["hashprice of that day", number(one["hashprice"], 2), "USD/PH/s/day"],
        ["price, derived from a fit", number(one["price_usd_per_th"], 2), "USD/TH"],
    ]
    inside = "inside" if graph.value("machine_price_inside_fit") else "OUTSIDE"
    notes = [
        f"The start is {inside} the range of the dated prices behind the fit, which has an error "
        "of about a third even inside.",
        f"Fees are not known on {number(graph.value('days_without_fees'))} days: the mine is paid "
        "the subsidy alone there, which is on the low side.",
        "Renewed machines are as good as the best on sale became over the first machines' life.",
    ]
    return section("Machine at the start", ["", "", "unit"], rows, notes)


def _assumptions(replayed: PlanReplay) -> str:
    graph, plan = replayed.graph, replayed.plan
    gdp = graph.inputs["gdp"]
    notes = [
        f"Rules of the blueprint: {_rules(replayed)}.",
        "One path, the one that came true: it says nothing of the chance of it. Each purchase "
        "meets the day's close plus the trading cost and moves no price. No interest, custody or "
        "inflation.",
        f"GDP is {number(gdp.value, 2)} bn USD ({gdp.where or gdp.as_of or 'year not stated'}) in "
        "every year, that of the country's file, whatever the start.",
    ]
    if plan.choices.purchase_list != "none":
        notes.append(_list_words(graph, plan.choices.purchase_list))
    if graph.value("seized_coins"):
        notes.append("Seized coins count as paid in at the close of the first day.")
    if replayed.power:
        notes.append(f"Power: {replayed.power}.")
        notes.append(f"Machines: {graph.inputs['fleet_shares'].assumption}.")
        notes.append("Only the mining part of the blueprint's load is replayed, no AI centre.")
    return "\n".join(["Assumed", *(line for note in notes for line in wrapped(note))])


def _rules(replayed: PlanReplay) -> str:
    """The values by which the reserve buys and sells, as the blueprint has them."""
    values = replayed.plan.values
    names = [name for name in _RULES if name in values]
    shown = []
    for name in names:
        unit, value = values[name].unit, float(values[name].value)
        amount = f"{100.0 * value:g} %" if unit == "1" else f"{value:,g} {unit}"
        shown.append(f"{name.replace('_', ' ')} {amount} ({values[name].quality})")
    if replayed.plan.choices.purchase_list != "none":
        shown.insert(0, f"the list '{replayed.plan.choices.purchase_list}'")
    return "; ".join(shown) or "none buys or sells"


def _list_words(graph: Graph, name: str) -> str:
    rows, factor = graph.value("list_rows"), graph.value("list_scale_factor")
    if graph.value("list_as_it_was"):
        how = (
            f"on its own days: {rows['at stated money']:.0f} rows at their stated money, "
            f"{rows['at the close']:.0f} without one at the close"
        )
    else:
        how = (
            f"moved to this start: {rows['at the close']:.0f} rows, the same coins at the same "
            f"distances in time, at the closes of then; {rows['sales left out']:.0f} sales left out"
        )
    return (
        f"The list '{name}' {how}; {rows['after the last day']:.0f} rows fall after the last day. "
        f"Coins x {factor:.6g}."
    )
