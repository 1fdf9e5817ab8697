"""The bridge: from the stock at the start, step by step, to the stock at the end."""

from typing import Any

import altair as alt

from kilosat.brief.charts import Chart
from kilosat.brief.charts.chart import INK, finished
from kilosat.chain.audit import Audit
from kilosat.quantities import SATS_PER_BTC

__all__ = ["BRIDGE", "bridge_chart", "bridge_steps"]

_EXACT = ",.8~f"
BRIDGE = (
    ("stock_at_start_sats", "Stock at the start", 0),
    ("mined_sats", "Mined", 1),
    ("purchased_sats", "Bought (evidence)", 1),
    ("seized_sats", "Seized", 1),
    ("donated_sats", "Given, and dust", 1),
    ("client_deposits_sats", "Brought by clients", 1),
    ("transfers_in_sats", "From other wallets", 1),
    ("unexplained_in_sats", "Came in, unexplained", 1),
    ("sold_sats", "Sold (evidence)", -1),
    ("paid_out_sats", "Paid out (own books)", -1),
    ("transfers_out_sats", "To other wallets", -1),
    ("unexplained_out_sats", "Left, unexplained", -1),
    ("fees_sats", "Fees of miners", -1),
    ("stock_at_end_sats", "Stock at the end", 0),
)
"""Figure, words, and whether it adds (1), takes (-1) or is a stock (0)."""
_COLOURS = {"stock": "#4a5b68", "adds": "#2f7d4f", "takes": "#b3561e", "unexplained": "#c98a00"}


def bridge_steps(audit: Audit) -> tuple[tuple[str, str, int], ...]:
    """The steps of the bridge that are not nought, and both stocks."""
    return tuple(step for step in BRIDGE if not step[2] or audit.sums[step[0]])


def bridge_chart(audit: Audit) -> Chart:
    """Bars from level to level; what only moved inside is no step."""
    steps = bridge_steps(audit)
    rows, level = [], 0
    for name, words, sign in steps:
        sats = audit.sums[name]
        start, stop = (level, level + sign * sats) if sign else (0, sats)
        level = stop
        kind = "adds" if sign > 0 else "takes" if sign else "stock"
        rows.append(
            {
                "step": words,
                "from": start / SATS_PER_BTC,
                "to": stop / SATS_PER_BTC,
                "end": max(start, stop) / SATS_PER_BTC,
                "btc": (sign or 1) * sats / SATS_PER_BTC,
                "kind": "unexplained" if name.startswith("unexplained") else kind,
                "sign": "+" if sign > 0 else "",
            }
        )
    top = max(float(str(row["end"])) for row in rows)

    def draw(narrow: bool) -> dict[str, Any]:
        source = alt.Chart(alt.InlineData(values=rows)).transform_calculate(
            text=f"datum.sign + format(datum.btc, '{_EXACT}')"
        )
        scale = alt.Scale(domain=[0, top * (1.75 if narrow else 1.3) or 1], nice=False)
        y = alt.Y("step:N", title=None, sort=[words for _, words, _ in steps]).axis(
            labelLimit=150 if narrow else 260,
            minExtent=110 if narrow else 150,
            ticks=False,
            domain=False,
        )
        colour = alt.Color("kind:N", legend=None).scale(
            domain=list(_COLOURS), range=list(_COLOURS.values())
        )
        tips = [
            alt.Tooltip("step:N", title="step"),
            alt.Tooltip("btc:Q", title="BTC", format=_EXACT),
        ]
        bars = source.mark_bar(height=15, stroke=INK, strokeWidth=0.4).encode(
            x=alt.X("from:Q", title="BTC", scale=scale).axis(tickCount=4 if narrow else 7),
            x2="to:Q",
            y=y,
            color=colour,
            tooltip=tips,
        )
        text = source.mark_text(align="left", dx=5, fontSize=10.5, color=INK).encode(
            x=alt.X("end:Q", scale=scale), y=y, text="text:N"
        )
        return finished(alt.layer(bars, text), 25 * len(rows), narrow)

    return Chart(
        key="bridge",
        title="From the stock at the start to the stock at the end",
        alt="Each bar begins where the one above it ended: what came in, by what is known of it, "
        "then what left. What only moved inside is no step. Coins of clients are included.",
        figures=tuple(name for name, _, _ in steps),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )
