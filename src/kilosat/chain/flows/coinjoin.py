"""The mark of a coinjoin: several equal outputs and several payers, whoever they are.

After the idea of Goldfeder, Kalodner, Reisman, Narayanan, "When the cookie meets the blockchain"
(2018): one equal output and at least one input for each who takes part. A large withdrawal of an
exchange can look alike; the mark warns, it proves nothing.
"""

from collections import Counter
from collections.abc import Container

from kilosat.chain.ledger.entry import Entry

__all__ = ["is_coinjoin_like"]


def is_coinjoin_like(entry: Entry, known: Container[bytes], equal: int) -> bool:
    """Whether ``equal`` outputs are of one amount, and as many scripts pay.

    The outputs must be to different scripts, and at least two of the paying scripts must not be in
    ``known`` (those of the register or with a label).
    """
    amounts = Counter(sats for _, sats in {(leg.script, leg.sats) for leg in entry.outputs} if sats)
    most = max(amounts.values(), default=0)
    if most < equal:
        return False
    payers = {leg.script or leg.outpoint.to_bytes() for leg in entry.inputs}
    strangers = [payer for payer in payers if payer not in known]
    return len(payers) >= most and len(strangers) >= 2
