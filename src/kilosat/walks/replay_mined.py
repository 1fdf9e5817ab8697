"""What a replayed mine came to, and a plan without one."""

import numpy as np
import pandas as pd

from kilosat.figures import figure
from kilosat.market.difficulty import hashrate_ehs
from kilosat.quantities import MWH_PER_GWH
from kilosat.walks.errors import WalkError
from kilosat.walks.replay import Replay

__all__: list[str] = []


@figure(
    unit="USD/PH/s/day",
    formula="hashprice of each day; hashrate = mean difficulty x 2^32 / 600 s",
    column_units={"hashrate": "EH/s"},
)
def network_days(replay_hashprices: pd.DataFrame, network_history: pd.DataFrame) -> pd.DataFrame:
    """What a PH/s earned on each day, and the hashrate that the day's difficulty stood for.

    Raises:
        WalkError: a day has no difficulty; the message names the first.
    """
    difficulty = network_history["difficulty_mean"].reindex(replay_hashprices.index)
    if difficulty.isna().any():
        day = difficulty.index[difficulty.isna()][0]
        raise WalkError(
            f"no difficulty is known for {day}, which a mine needs; choose another --until"
        )
    hashrate = difficulty * hashrate_ehs(1.0)
    return pd.DataFrame({"hashprice": replay_hashprices["hashprice"], "hashrate": hashrate})


@figure(
    unit="USD",
    formula="sums over the replay, not discounted; npv at the owners' cost of capital",
    column_units={
        "mined": "BTC",
        "energy": "GWh",
        "hours run": "%",
        "renewals": "1",
        "payback": "year",
    },
)
def replay_mine(replay: Replay) -> pd.DataFrame:
    """Coins, energy, bill, taxes, cash and net present value of the mine to the last day.

    ``hours run`` is energy taken over energy on offer while there are machines. Machines and site
    end without value. ``payback`` is not a number where the cash never came back.
    """
    book = replay.mine
    offered = float(book["offered"])
    row = {
        "mined": book["mined"],
        "energy": book["energy"] / MWH_PER_GWH,
        "hours run": 100.0 * float(book["energy"]) / offered if offered else float("nan"),
        "revenue": book["revenue"],
        "bill": book["bill"],
        "running": book["running"],
        "machines and site": book["machines"],
        "taxes and duty": book["taxes"],
        "cash": book["cash"],
        "npv": book["npv"],
        "renewals": float(book["renewals"]),
        "payback": book["payback"] if np.isfinite(book["payback"]) else float("nan"),
    }
    return pd.DataFrame([row], ["end"], dtype=float)


@figure(unit="%", formula="highest of any day: own hashrate / (own + that of the difficulty)")
def replay_share_of_network(replay: Replay, network_days: pd.DataFrame) -> float:
    """How large the mine was beside the network as it was."""
    own, others = replay.days["own"], network_days["hashrate"].to_numpy(float)
    return 100.0 * float((own / (own + others)).max())
