"""``python -m kilosat.market``: the response of hashrate; with ``--backtest``, its backtest."""

import argparse
from pathlib import Path

import pandas as pd

from kilosat.definitions.history import read_epochs, read_network, read_prices
from kilosat.market.response_backtest import VARIANTS, hashrate_backtest_table, hashrate_markdown
from kilosat.market.response_data import read_efficiency, shipped_file
from kilosat.market.response_epochs import block_revenue, epoch_table
from kilosat.market.response_figures import fit_table

_PAGE = Path("docs") / "hashrate.md"


def main() -> None:
    """Print the fit or the backtest; ``--write`` also puts tables where they ship."""
    parser = argparse.ArgumentParser(prog="python -m kilosat.market")
    parser.add_argument("--backtest", action="store_true", help="refit at rolling origins")
    parser.add_argument("--write", action="store_true", help="write the shipped table and its page")
    options = parser.parse_args()
    epochs, machines = read_epochs().value, read_efficiency().value
    closes = read_prices().value
    revenue = block_revenue(read_network().value, closes)
    table = epoch_table(epochs, revenue, machines)
    fits = fit_markdown(fit_table(table, machines, closes.index[-1]))
    print(fits)
    if not options.backtest:
        return
    scored = hashrate_backtest_table(epochs, revenue, machines)
    variants = hashrate_backtest_table(epochs, revenue, machines, VARIANTS)
    chosen = variants[variants["model"].isin(list(VARIANTS))]
    texts = {"fit": fits, "backtest": hashrate_markdown(scored)}
    texts["variants"] = hashrate_markdown(chosen)
    print(f"\n{texts['backtest']}\n\nVariants\n\n{texts['variants']}")
    if options.write:
        target = shipped_file("hashrate_backtest.csv")
        scored.to_csv(target, index=False, lineterminator="\n")
        _write(texts)


def fit_markdown(fits: pd.DataFrame) -> str:
    """The fitted parameters by date as Markdown."""
    digits = {"lag": 0, "memory": 0, "efficiency": 1, "decline of efficiency": 1}
    digits["equilibrium revenue"] = 0
    names = [str(name) for name in fits.columns]
    lines = ["| fitted on | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    for day, row in fits.iterrows():
        cells = [f"{row[name]:.{digits.get(name, 4)}f}" for name in names]
        lines.append(f"| {day} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _write(texts: dict[str, str]) -> None:
    if not _PAGE.is_file():
        return
    page = _PAGE.read_text("utf-8")
    for name, body in texts.items():
        head, rest = page.split(f"<!-- {name} -->")
        tail = rest.split(f"<!-- /{name} -->")[1]
        page = f"{head}<!-- {name} -->\n\n{body}\n\n<!-- /{name} -->{tail}"
    _PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
