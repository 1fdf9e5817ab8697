"""BIP 322 verification: does this signature of this message satisfy the address's script?

Script rules and encodings are those of btclib (see ``docs/adr``); here are the limits on what a
stranger may hand in, and the answer in our own types. The address may be of any network: the
signature is over its script.
"""

import base64
import binascii

from btclib.exceptions import BTClibValueError, InconclusiveError
from btclib.script.script_pub_key import ScriptPubKey
from btclib.tx import Tx
from btclib_wallet import bip322
from btclib_wallet.psbt import Psbt, PsbtIn, extract_tx

from kilosat.chain.control.model import MOST_CHARACTERS, ShownCoin, SignatureVerdict, Variant
from kilosat.chain.sources.printable import printable
from kilosat.chain.transaction import OutPoint

__all__ = ["MOST_INPUTS", "covered_form", "verify_signature"]

MOST_INPUTS = 100
"""Most inputs of a proof of funds: verifying costs more than in proportion to the length."""
_LEGACY_BYTES = 65
"""A header and two numbers; the shortest stack of a witness with a signature has 66."""
_VARIANTS: dict[str, Variant] = {
    bip322.SIMPLE: "simple",
    bip322.FULL: "full",
    bip322.PROOF_OF_FUNDS: "proof of funds",
}


def verify_signature(message: str, address: str, signature: str) -> SignatureVerdict:
    """Judge a signature of ``message`` (as UTF-8) for ``address``; never raises.

    Valid means that whoever made it could satisfy the script of the address when it was made. It
    does not say when that was, nor that nobody else can.
    """
    if len(signature) > MOST_CHARACTERS:
        reason = f"longer than {MOST_CHARACTERS:,} characters, which is not looked at"
        return SignatureVerdict("invalid", None, reason)
    # A library that fails on hostile bytes, in whatever way, has not found them valid.
    try:
        raw, text = message.encode(), signature.strip()
        if _is_legacy(text):
            return _legacy(raw, address, text)
        return _judged(raw, address, _decoded(text))
    except Exception as problem:
        return SignatureVerdict("invalid", None, _in_words(problem))


def covered_form(message: str, address: str, signature: str) -> str:
    """A valid signature without the bytes that it does not cover; empty where there is none.

    A proof of funds is a PSBT, which may hold key paths, notes and witnesses of other transactions
    besides: nothing signed bears them out, and some of them are nobody's business.
    """
    text = signature.strip()
    if not text.startswith(bip322.PROOF_OF_FUNDS):
        return text
    # As below: whatever the library fails on has no such form.
    try:
        return _without_extras(message, address, text)
    except Exception:
        return ""


def _without_extras(message: str, address: str, text: str) -> str:
    read = bip322.Sig.b64decode(text).payload
    if not isinstance(read, Psbt):
        return text
    spent = bip322.to_spend(message.encode(), ScriptPubKey.from_address(address).script)
    inputs = [_covered_input(one) for one in read.inputs]
    if inputs[0].witness_utxo is not None:
        inputs[0].witness_utxo = spent.vout[0]
    plain = Psbt.from_tx(extract_tx(read, verify_scripts=False, max_fee_rate=None), inputs)
    return bip322.Sig(plain).b64encode()


def _covered_input(one: PsbtIn) -> PsbtIn:
    parent = one.non_witness_utxo
    if parent is not None:
        parent = Tx.parse(parent.serialize(include_witness=False))
    return PsbtIn(
        non_witness_utxo=parent,
        witness_utxo=one.witness_utxo,
        final_script_sig=one.final_script_sig,
        final_script_witness=one.final_script_witness,
    )


def _is_legacy(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == _LEGACY_BYTES
    except (binascii.Error, ValueError):
        return False


def _legacy(message: bytes, address: str, signature: str) -> SignatureVerdict:
    try:
        bip322.assert_as_valid(message, address, signature)
    except Exception as problem:
        return SignatureVerdict("invalid", "legacy", _in_words(problem))
    return SignatureVerdict("valid", "legacy")


def _decoded(signature: str) -> bip322.Sig:
    """Read a signature; without its prefix it is a simple one, or a full one as Knots writes it."""
    try:
        return bip322.Sig.b64decode(signature)
    except BTClibValueError:
        if signature[:3] in _VARIANTS:
            raise
        return bip322.Sig.b64decode(bip322.FULL + signature)


def _judged(message: bytes, address: str, read: bip322.Sig) -> SignatureVerdict:
    variant, transaction = _VARIANTS[read.variant], _transaction(read)
    if transaction and len(transaction.vin) > MOST_INPUTS:
        reason = f"more than {MOST_INPUTS} inputs, which are not looked at"
        return SignatureVerdict("invalid", variant, reason)
    try:
        bip322.assert_as_valid(message, address, read)
    except InconclusiveError as problem:
        return SignatureVerdict("inconclusive", variant, _in_words(problem))
    except Exception as problem:
        return SignatureVerdict("invalid", variant, _in_words(problem))
    if transaction is None:
        return SignatureVerdict("valid", variant)
    lock_time, sequence = transaction.lock_time, transaction.vin[0].sequence
    return SignatureVerdict("valid", variant, "", lock_time, sequence, _coins(read))


def _transaction(read: bip322.Sig) -> Tx | None:
    """The transaction that a full signature or proof of funds is."""
    if isinstance(read.payload, Psbt):
        return extract_tx(read.payload, verify_scripts=False, max_fee_rate=None)
    return read.payload if isinstance(read.payload, Tx) else None


def _coins(read: bip322.Sig) -> tuple[ShownCoin, ...]:
    """The further inputs of a valid proof of funds, with what their outputs hold.

    A transaction that one input brings along tells the outputs of later ones too (BIP 322).
    """
    if not isinstance(read.payload, Psbt):
        return ()
    brought: dict[bytes, Tx] = {}
    coins = []
    for one in read.payload.inputs:
        if one.non_witness_utxo is not None:
            brought[one.non_witness_utxo.id] = one.non_witness_utxo
        txid, index = one.previous_tx_id or b"", one.output_index or 0
        output = brought[txid].vout[index] if txid in brought else one.witness_utxo
        if output is not None:
            # The library keeps ids as people print them.
            coin = OutPoint(txid[::-1], index)
            coins.append(ShownCoin(coin, output.value, output.script_pub_key.script))
    # The first input spends the message, not a coin.
    return tuple(coins[1:])


def _in_words(problem: Exception) -> str:
    return printable(problem) or type(problem).__name__
