"""The replay as plain text: every number a figure of the graph, with its unit and its sources."""

from kilosat.figures import Graph
from kilosat.provenance import Source
from kilosat.reserve.text_tables import number as _n
from kilosat.reserve.text_tables import section as _section
from kilosat.reserve.text_tables import wrapped as _wrapped

__all__ = ["cited_sources", "replay_report"]


def replay_report(graph: Graph) -> str:
    """The whole replay: lots, position, under water, published figures, bases, what if, sources."""
    parts = [_head(graph), _lots(graph), _position(graph), _under_water(graph), _checks(graph)]
    parts += [_bases(graph), _what_if(graph), cited_sources(graph)]
    return "\n\n".join(parts) + "\n"


def _head(graph: Graph) -> str:
    day = graph.value("replay_date")
    return "\n".join(
        [
            f"El Salvador's announced purchases, replayed to the close of {day}",
            *_wrapped(
                "What was announced, at the prices that were. It does not say that a purchase took "
                "place: for that, see the ledger of the wallets."
            ),
        ]
    )


def _lots(graph: Graph) -> str:
    table = graph.value("announced_lots")
    rows = [
        [str(label), _n(row["coins"], 2), _n(row["price"]), _n(row["cost"]), row["price from"]]
        for label, row in table.iterrows()
    ]
    share = (
        f"Of this cost, {graph.value('stated_cost_share'):.1f} % rests on stated sums or prices;"
    )
    titles = ["announced", "BTC", "USD/BTC", "USD", "cost from"]
    known = graph.value("announced_purchases")
    due = sum(str(day) <= graph.value("replay_date") for day in known["day"])
    note = [f"{share} the rest is derived from closes."]
    note.append(
        f"{due} announcements to this day; {due - len(table)} of them wholly of the daily plan."
    )
    return _section("Announced lots (without the daily plan)", titles, rows, note)


def _position(graph: Graph) -> str:
    start, coins = graph.value("daily_plan_start"), graph.value("daily_plan_coins")
    rows = [
        [
            str(name),
            _n(row["coins"], 2),
            _n(row["cost"]),
            _n(row["average"]),
            _n(row["value"]),
            _n(row["gain"]),
            _n(row["gain share"], 1),
        ]
        for name, row in graph.value("reserve_position").iterrows()
    ]
    titles = ["", "BTC", "cost USD", "USD/BTC", "value USD", "gain USD", "gain %"]
    note = [f"Daily plan: {coins:g} BTC a day from {start}, modelled at each day's close."]
    return _section("Position", titles, rows, note)


def _under_water(graph: Graph) -> str:
    value = graph.value
    rows = [
        ["deepest loss", _n(value("deepest_loss")), "USD", value("deepest_loss_day")],
        ["deepest loss of what was paid", _n(value("deepest_loss_share"), 1), "%", ""],
        [
            "largest fall of the gain",
            _n(value("gain_drawdown")),
            "USD",
            value("gain_drawdown_days"),
        ],
        ["days under water", _n(value("days_under_water")), "day", ""],
        ["share of days under water", _n(value("share_under_water"), 1), "%", ""],
        ["longest time under water", _n(value("longest_under_water")), "day", ""],
    ]
    return _section("Under water (lots and plan together)", ["", "", "unit", "when"], rows, [])


def _checks(graph: Graph) -> str:
    table = graph.value("published_checks")
    rows = [
        [str(k), _n(r["published"]), _n(r["replayed"]), _n(r["difference"], 2), r["unit"]]
        for k, r in table.iterrows()
    ]
    notes = [f"{label} ({row['reporter']}): {row['why']}." for label, row in table.iterrows()]
    titles = ["", "published", "replayed", "differs by %", "unit"]
    return _section("Beside published figures", titles, rows, notes)


def _bases(graph: Graph) -> str:
    rows = [
        [str(k), r["first day"], _n(r["first"], 2), r["last day"], _n(r["last"], 2)]
        for k, r in graph.value("holdings_by_basis").iterrows()
    ]
    titles = ["basis", "first", "BTC", "last", "BTC"]
    text = _section("Reported holdings, by basis (never one series)", titles, rows, [])
    notes = []
    for day, row in graph.value("changes_of_basis").iterrows():
        notes.append(
            f"{day}: from {_n(row['before'], 2)} BTC ({row['from basis']}, "
            f"{row['last day before']}) to {_n(row['after'], 2)} BTC ({row['to basis']}), a step "
            f"of {_n(row['step'], 2)} BTC. Announced or planned between the two days: "
            f"{_n(row['announced or planned between'], 2)} BTC. Change of basis, not a purchase: "
            f"{_n(row['change of basis'], 2)} BTC."
        )
    sums = graph.value("on_chain_against_replay")
    if sums.notna().all():
        text_of = [f"{name} {_n(coins, 2)} BTC" for name, coins in sums.items()]
        notes.append(f"On {graph.value('on_chain_day')}: {'; '.join(text_of)}.")
        notes.append("Nothing here says where the coins came from, or that any was bought.")
    else:
        notes.append("On-chain: nothing was reported to this day.")
    return "\n".join([text, *(line for note in notes for line in _wrapped(note))])


def _what_if(graph: Graph) -> str:
    rows = []
    for name, row in graph.value("what_if").iterrows():
        money = [_n(row[key]) for key in ("cost", "average", "value", "gain", "deepest loss")]
        days = f"{_n(row['days under water'])} of {_n(row['days'])}"
        rows.append([str(name), _n(row["coins"], 2), *money, days])
    titles = ["rule", "BTC", "paid USD", "USD/BTC", "value USD", "gain USD", "worst USD", "under"]
    note = ["Under: days under water. At closes, without spread, fee or effect on the price."]
    return _section("What if", titles, rows, note)


def cited_sources(graph: Graph) -> str:
    """Each table's own source, and the addresses that its rows name, each once."""
    lines = ["Sources"]
    for sourced in graph.inputs.values():
        if sourced.source and sourced.source.key not in {row.key for row in sourced.row_sources}:
            lines += _wrapped(_cited(sourced.source))
            rows = dict.fromkeys(row.address for row in sourced.row_sources if row.address)
            lines += [f"    {address}" for address in rows]
    return "\n".join(dict.fromkeys(lines))


def _cited(source: Source) -> str:
    text = " ".join(part for part in (source.citation(), source.address) if part)
    return f"{text}; {source.note}" if source.note else text
