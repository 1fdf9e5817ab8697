"""Proofs of funds (BIP 322) made with the keys of the story's wallets."""

from collections.abc import Sequence

from btclib import b58
from btclib.key import PrvKeyData
from btclib.script.sig_hash import ALL, DEFAULT, from_tx
from btclib.script.sig_hash import taproot as taproot_sig_hash
from btclib.script.taproot import output_prvkey_from_merkle_root
from btclib.script.witness import Witness
from btclib.tx import OutPoint as BtcOutPoint
from btclib.tx import Tx, TxIn, TxOut
from btclib_wallet import bip322
from btclib_wallet.psbt import Psbt, PsbtIn
from ecc.curves import bytes_from_prv_key_int
from ecc.ecc import dsa, ssa

from kilosat.chain.control import Control
from kilosat.chain.transaction import OutPoint, TxOutput

from .stories import TAPROOT, TREASURY, on_regtest, script, vector

MESSAGE = "we hold these coins"


def proof_of_funds(coins: Sequence[tuple[OutPoint, TxOutput]]) -> Control:
    """A proof for the treasury's address, over coins of its key and of the taproot key."""
    spend = bip322.to_spend(MESSAGE.encode(), script(TREASURY))
    # The library keeps ids as people print them.
    extra = [TxIn(BtcOutPoint(coin.txid[::-1], coin.index)) for coin, _ in coins]
    outputs = [spend.vout[0]] + [TxOut(held.value_sats, held.script) for _, held in coins]
    tx = bip322.to_sign(spend, extra_inputs=extra)
    witnesses = [_signed(tx, place, outputs) for place in range(len(outputs))]
    inputs = [
        PsbtIn(witness_utxo=output, final_script_witness=witness)
        for output, witness in zip(outputs, witnesses, strict=True)
    ]
    signature = bip322.Sig(Psbt.from_tx(tx, inputs)).b64encode()
    return Control("treasury", on_regtest(TREASURY), MESSAGE, signature)


def stuffed(control: Control) -> Control:
    """The proof with a note in it that nothing signed covers."""
    read = bip322.Sig.b64decode(control.signature).payload
    assert isinstance(read, Psbt)
    read.inputs[0].unknown = {b"\x50note": b"and all others too"}
    signature = bip322.Sig(read).b64encode()
    return Control(control.wallet, control.address, control.message, signature)


def _signed(tx: Tx, place: int, outputs: list[TxOut]) -> Witness:
    if outputs[place].script_pub_key.script == script(TAPROOT):
        key = output_prvkey_from_merkle_root(_key(TAPROOT).q)
        digest = taproot_sig_hash(tx, place, outputs, DEFAULT, 0, b"", b"")
        return Witness([ssa.sign_(digest, key).serialize()])
    key = _key(TREASURY).q
    signature = dsa.sign_(from_tx(outputs, tx, place, ALL), key).serialize() + bytes([ALL])
    return Witness([signature, bytes_from_prv_key_int(key, compressed=True)])


def _key(address: str) -> PrvKeyData:
    return b58.prv_key_data_from_wif(vector(address)["private_keys"][0])
