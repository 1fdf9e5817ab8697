"""Columns of what the chain shows: coins counted, control proven, and what both leave open."""

from kilosat.brief.treasuries.column import Column
from kilosat.brief.treasuries.price import coins
from kilosat.chain.treasuries import ControlProof, Treasury

__all__ = ["CHAIN", "proof_words"]


def proof_words(proof: ControlProof) -> str:
    """A proof of control in a few words."""
    day = f", dated {proof.day}" if proof.day else ""
    block = f", made after block {proof.after_height:,}" if proof.after_height else ""
    return f"{proof.kind} for {proof.address}{day}{block}"


CHAIN: tuple[Column, ...] = (
    Column(
        "verified_btc",
        "Verified",
        "BTC",
        "coins that kilosat counted on the chain; empty is unknown, never nought",
        lambda r, p: coins(r.verified.sats) if r.verified else None,
        ("chain",),
    ),
    Column(
        "verified_height",
        "At height",
        "block",
        "the block after which they were counted; empty where an archive does not show its height",
        lambda r, p: r.verified.height if r.verified else None,
    ),
    Column(
        "verified_as_of",
        "On",
        "",
        "day of that block",
        lambda r, p: r.verified.day if r.verified else None,
        (),
        11.0,
    ),
    Column(
        "verified_share",
        "Share verified",
        "1",
        "verified over reported coins",
        lambda r, p: r.verified_share,
        ("report", "chain"),
        10.0,
    ),
    Column(
        "verified_by",
        "Counted in",
        "",
        "the file, register and perimeter that were counted",
        lambda r, p: _counted_in(r),
        (),
        60.0,
    ),
    Column(
        "attribution",
        "Whose, by",
        "",
        "how the register knows whose the addresses are, the weakest of them: signature, owner, "
        "filing, third-party, assumed",
        lambda r, p: r.verified.attribution if r.verified else "",
    ),
    Column(
        "signed_btc",
        "Control shown",
        "BTC",
        "coins at addresses with a valid signature of control in an archive",
        lambda r, p: coins(r.control.sats) if r.control else None,
        ("control",),
    ),
    Column(
        "proof_of_control",
        "Proof of control",
        "",
        "those signatures, if any",
        lambda r, p: "; ".join(map(proof_words, r.control.proofs)) if r.control else "",
        (),
        60.0,
    ),
    Column(
        "limits",
        "What verified leaves open",
        "",
        "whose addresses are not all known, and what else the count does not say",
        lambda r, p: _limits(r),
        (),
        90.0,
    ),
)


def _counted_in(row: Treasury) -> str:
    found = row.verified
    if found is None:
        return ""
    return f"{found.counted_by} {found.file}: {found.perimeter} (register {found.register})"


def _limits(row: Treasury) -> str:
    found = row.verified
    if found is None:
        return ""
    unseen = (f"not all addresses: {', '.join(found.unseen)}",) if found.unseen else ()
    return "; ".join((*unseen, *found.limits))
