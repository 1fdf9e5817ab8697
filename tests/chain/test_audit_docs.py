"""docs/audit.md names every call that is made to a node, so that nobody has to guess."""

from pathlib import Path

from kilosat.chain.sources.core.rpc import READING_METHODS

PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")


def test_every_method_that_a_node_is_asked_is_named() -> None:
    assert all(f"`{method}`" in PAGE for method in READING_METHODS)
