"""Signatures judged for an audit: with keys of the official vectors of BIP 322."""

from dataclasses import replace

from kilosat.chain.address import script_from_address
from kilosat.chain.control import when_signed
from kilosat.chain.control.judge import judge
from kilosat.chain.sources.port import BlockRef

from ..archive.stories import TAPROOT, TREASURY, on_regtest, script, signed

BLOCK = BlockRef(7, bytes(range(32)))


def hash_at(height: int) -> bytes | None:
    return BLOCK.hash if height == BLOCK.height else None


def test_a_valid_signature_after_a_block_of_the_chain() -> None:
    for address in (TREASURY, TAPROOT):
        found = judge(signed("treasury", address, BLOCK), "regtest", hash_at)
        assert found.is_valid
        assert found.scripts == {script(address)}
        assert found.scripts == {script_from_address(on_regtest(address), "regtest")}
        assert when_signed(found.blocks) == "made after block 7, which it names"


def test_a_block_that_the_source_has_not_or_has_another_of() -> None:
    control = signed("treasury", TREASURY, BLOCK)
    for other in (lambda height: None, lambda height: bytes(32)):
        found = judge(control, "regtest", other)
        assert found.is_valid
        assert "when it was made is open" in when_signed(found.blocks)


def test_a_message_that_names_many_blocks_asks_for_few() -> None:
    asked: list[int] = []
    message = " ".join(f"block {height} {'0' * 64}" for height in range(1, 40))
    control = replace(signed("treasury", TREASURY, BLOCK), message=message)
    found = judge(control, "regtest", asked.append)
    assert (len(asked), found.is_valid) == (10, False)
