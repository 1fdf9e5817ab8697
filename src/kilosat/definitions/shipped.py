"""What ships inside the package, and how a name on the command line is resolved to a file of it."""

from importlib import resources
from pathlib import Path

from kilosat.definitions.findings import DefinitionError, Finding, nearest

__all__ = [
    "find_blueprint",
    "find_country",
    "find_definition",
    "find_register",
    "list_blueprints",
    "list_countries",
    "list_registers",
]


def list_countries() -> list[str]:
    """Names of the countries that come with the package."""
    return sorted(found.parent.name for found in _folder("countries").glob("*/country.toml"))


def list_blueprints() -> list[str]:
    """Names of the blueprints that come with the package."""
    return sorted(found.stem for found in _folder("blueprints").glob("*.toml"))


def list_registers() -> list[str]:
    """Names of the registers of wallets that come with the package."""
    return sorted(found.stem for found in _folder("registers").glob("*.toml"))


def find_country(name_or_path: str | Path) -> Path:
    """The folder (or file) of a country: a path that exists, or the name of a shipped one.

    Raises:
        DefinitionError: there is neither; it names the nearest and lists all shipped ones.
    """
    return _find(name_or_path, "country", {name: _country(name) for name in list_countries()})


def find_blueprint(name_or_path: str | Path) -> Path:
    """The file of a blueprint: a path that exists, or the name of a shipped one.

    Raises:
        DefinitionError: as ``find_country``.
    """
    shipped = {name: _blueprint(name) for name in list_blueprints()}
    return _find(name_or_path, "blueprint", shipped)


def find_register(name_or_path: str | Path) -> Path:
    """The file of a register of wallets: a path that exists, or the name of a shipped one.

    Raises:
        DefinitionError: as ``find_country``.
    """
    shipped = {name: _register(name) for name in list_registers()}
    return _find(name_or_path, "register", shipped)


def find_definition(name_or_path: str | Path) -> Path:
    """A country, a blueprint or a register of wallets; of one name the first of these.

    Raises:
        DefinitionError: there is none; it names the nearest and lists all shipped ones by kind.
    """
    kinds = {
        "countries": {name: _country(name) for name in list_countries()},
        "blueprints": {name: _blueprint(name) for name in list_blueprints()},
        "registers": {name: _register(name) for name in list_registers()},
    }
    known = "; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds.items())
    shipped = kinds["registers"] | kinds["blueprints"] | kinds["countries"]
    return _find(name_or_path, "country, blueprint or register", shipped, known)


def _folder(kind: str) -> Path:
    return Path(str(resources.files("kilosat"))) / "data" / kind


def _country(name: str) -> Path:
    return _folder("countries") / name


def _blueprint(name: str) -> Path:
    return _folder("blueprints") / f"{name}.toml"


def _register(name: str) -> Path:
    return _folder("registers") / f"{name}.toml"


def _find(name_or_path: str | Path, kind: str, shipped: dict[str, Path], known: str = "") -> Path:
    text = str(name_or_path)
    # A shipped name wins over a folder that happens to be called so; write ./NAME for the folder.
    if text in shipped:
        return shipped[text]
    try:
        if text and Path(text).exists():
            return Path(text)
    except (OSError, ValueError):
        pass
    known = known or ", ".join(shipped) or "none"
    near = nearest(text, shipped)
    remedy = f"did you mean '{near}'? (shipped: {known})" if near else f"known are {known}"
    message = f"there is no such file, folder or shipped {kind}"
    raise DefinitionError([Finding(text[:200], 0, message, remedy)])
