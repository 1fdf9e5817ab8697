"""Write docs/figures.md from the figures themselves; a test holds the file against them."""

from pathlib import Path

from kilosat.chain.audit import AUDIT_STAGES
from kilosat.figures import FigureSpec, collect, spec_of
from kilosat.market import MARKET_STAGES, RESPONSE_STAGES
from kilosat.outlook import OUTLOOK_STAGES
from kilosat.reserve import REPLAY_STAGES, STRATEGY_STAGES
from kilosat.stages import STAGES
from kilosat.walks import DISPATCHED_MINE_STAGES, RESERVE_STAGES, STATED_MINE_STAGES
from kilosat.walks.replay_inputs import REPLAY_MINE_STAGES, REPLAY_RESERVE_STAGES

ALL_STAGES = dict.fromkeys(
    (
        *STAGES,
        *MARKET_STAGES,
        *RESPONSE_STAGES,
        *OUTLOOK_STAGES,
        *DISPATCHED_MINE_STAGES,
        *STATED_MINE_STAGES,
        *RESERVE_STAGES,
        *REPLAY_STAGES,
        *STRATEGY_STAGES,
        *REPLAY_MINE_STAGES,
        *REPLAY_RESERVE_STAGES,
        *AUDIT_STAGES,
    )
)
"""Each module once; some figures have one name in two modules, of which a study uses one."""

HEAD = """# Figures

Every number that kilosat prints is one of these, or an input with its source. Ask for the tree of
those of a study with `kilosat explain COUNTRY FIGURE`; a cell of a table is `figure[row,column]`.
`kilosat replay --json` and `kilosat outlook --json` print the trees of theirs; those of a
comparison are in its page and in `compare.json`, those of an audit in its page and in `audit.json`.
`{currency}` is the country's own. This page is written by `scripts/write_figure_docs.py`.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    for stage in ALL_STAGES:
        title = (stage.__doc__ or "").strip().splitlines()[0]
        parts.append(f"\n## {stage.__name__.removeprefix('kilosat.')}\n\n{title}\n")
        parts += [_entry(spec_of(function)) for function in collect([stage])]
    return "\n".join(parts).rstrip() + "\n"


def _entry(spec: FigureSpec) -> str:
    kind = "node" if spec.is_node else f"`{spec.unit}`" if spec.unit else "words or mixed units"
    lines = [f"### `{spec.name}`", "", f"{spec.meaning}", "", f"* unit: {kind}"]
    lines += [f"* formula: {spec.formula}", f"* needs: {', '.join(spec.parameters)}"]
    if spec.column_units:
        units = ", ".join(f"{name} `{unit}`" for name, unit in spec.column_units.items())
        lines.append(f"* columns: {units}")
    if spec.reference:
        lines.append(f"* reference: {spec.reference}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    Path(__file__).parent.parent.joinpath("docs", "figures.md").write_text(page(), "utf-8")
