"""Columns of what the coins are worth, what they cost and what they gained."""

from kilosat.brief.treasuries.column import Column
from kilosat.brief.treasuries.price import coins, gain_usd, value_usd

__all__ = ["MONEY"]

MONEY: tuple[Column, ...] = (
    Column(
        "share_of_21_million",
        "Of 21 million",
        "1",
        "reported coins over 21 million",
        lambda r, p: r.share_of_21_million,
        ("report",),
        10.0,
    ),
    Column(
        "value_usd",
        "Worth",
        "USD",
        "reported coins at the close of the price's day",
        value_usd,
        ("report", "price"),
        18.0,
    ),
    Column(
        "cost_usd",
        "Cost",
        "USD",
        "what was paid for the coins in cost_covers_btc, where stated",
        lambda r, p: r.cost.usd if r.cost else None,
        ("cost",),
        18.0,
    ),
    Column(
        "cost_average_usd",
        "Average cost",
        "USD/BTC",
        "cost of one of those coins",
        lambda r, p: r.cost.average_usd if r.cost else None,
        ("cost",),
    ),
    Column(
        "cost_covers_btc",
        "Cost covers",
        "BTC",
        "coins whose cost it is, not all that are held",
        lambda r, p: coins(r.cost.sats) if r.cost else None,
        ("cost",),
    ),
    Column(
        "gain_usd",
        "Gain or loss",
        "USD",
        "not realised, of the coins whose cost is known, as far as they are still held",
        gain_usd,
        ("report", "price", "cost"),
        18.0,
    ),
    Column(
        "cost_how",
        "Cost is",
        "",
        "whose sum it is",
        lambda r, p: r.cost.how if r.cost else "",
        (),
        56.0,
    ),
    Column(
        "cost_as_of", "Cost to", "", "its last day", lambda r, p: r.cost.day if r.cost else None
    ),
)
