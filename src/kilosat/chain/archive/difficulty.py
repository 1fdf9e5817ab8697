"""The rule of difficulty, recalculated where the headers show all that it needs.

Every 2,016 blocks the target is multiplied by the time that they took over two weeks, by at least a
quarter and at most four (Bitcoin Core, ``pow.cpp``). Testnet's exceptions are not followed.
"""

from kilosat.chain.archive.model import Archive
from kilosat.chain.errors import ProofError
from kilosat.chain.header import Header, target_of_bits
from kilosat.chain.mainnet_difficulty import PERIOD_BLOCKS
from kilosat.chain.scan.networks import WORK_LIMIT

__all__ = ["bits_of_target", "check_retargets"]

_PERIOD_SECONDS = 14 * 24 * 3600
_MOST_CHANGE = 4


def bits_of_target(target: int) -> int:
    """The compact form of a target, its mantissa cut off to 23 bits.

    >>> f"{bits_of_target(0x404CB << 192):#x}"
    '0x1b0404cb'
    """
    size = (target.bit_length() + 7) // 8
    mantissa = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if mantissa & 0x800000:  # the sign bit
        mantissa, size = mantissa >> 8, size + 1
    return size << 24 | mantissa


def check_retargets(archive: Archive) -> str:
    """Check the targets of all headers against each other; says what was checked.

    Raises:
        ProofError: one of them is not what the rule gives.
    """
    if archive.network == "testnet":
        return "testnet has exceptions from the rule; only the work of each header was checked"
    calculated = at_least = 0
    for place in range(1, len(archive.headers)):
        height = archive.first_height + place
        header, before = archive.headers[place], archive.headers[place - 1]
        if archive.network == "regtest" or height % PERIOD_BLOCKS:
            if header.bits != before.bits:
                raise ProofError(f"the difficulty changes at height {height:,}, where it must not")
        elif place >= PERIOD_BLOCKS:
            _check_new(archive, header, archive.headers[place - PERIOD_BLOCKS : place], height)
            calculated += 1
        else:
            _check_change(archive, header, before, height)
            at_least += 1
    if archive.network == "regtest":
        return "the same for all headers, as regtest has it"
    return (
        f"recalculated at {calculated:,} changes; at {at_least:,} more the time since the change "
        "before is not in the archive, and the step is within what the rule allows"
    )


def _check_new(archive: Archive, header: Header, period: tuple[Header, ...], height: int) -> None:
    limit = WORK_LIMIT[archive.network]
    seconds = period[-1].time - period[0].time
    lowest, highest = _PERIOD_SECONDS // _MOST_CHANGE, _PERIOD_SECONDS * _MOST_CHANGE
    seconds = min(max(seconds, lowest), highest)
    target = target_of_bits(period[-1].bits, limit) * seconds // _PERIOD_SECONDS
    if header.bits != bits_of_target(min(target, limit)):
        raise ProofError(f"the difficulty from height {height:,} on is not what the rule gives")


def _check_change(archive: Archive, header: Header, before: Header, height: int) -> None:
    limit = WORK_LIMIT[archive.network]
    new, old = target_of_bits(header.bits, limit), target_of_bits(before.bits, limit)
    # The compact form cuts off less than a part in 2^15.
    if not old * 0.9999 / _MOST_CHANGE <= new <= old * _MOST_CHANGE:
        raise ProofError(f"the difficulty changes by more than fourfold at height {height:,}")
