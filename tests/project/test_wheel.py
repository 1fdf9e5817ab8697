"""The wheel carries its data and runs outside the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    wheel = next(folder.glob("*.whl"))
    target = folder / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True)
    return target


def run(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    code = "import sys, kilosat; print(kilosat.__file__, file=sys.stderr); "
    code += "from kilosat.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_lists_what_it_ships(installed: Path) -> None:
    result = run(installed, "list")
    assert str(installed) in result.stderr
    assert result.returncode == 0, result.stderr
    assert "pakistan" in result.stdout
    assert "surplus-2000mw" in result.stdout


def test_explains_a_number_from_shipped_data(installed: Path) -> None:
    result = run(installed, "explain", "pakistan", "capacity_cost_per_kwh")
    assert result.returncode == 0, result.stderr
    assert "NEPRA" in result.stdout
    assert "capacity_payments = 1,806.18 bn PKR" in result.stdout
