"""How commands on wallets name a register, and how they refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import refuse

if TYPE_CHECKING:
    from kilosat.chain.register import Register

__all__ = ["RegisterName", "refusing", "register_named"]

RegisterName = Annotated[
    str, typer.Argument(help="a shipped register of wallets, or a TOML file of your own")
]


@contextmanager
def refusing() -> Iterator[None]:
    """Whatever a user can mend is said without a traceback."""
    from kilosat.chain.errors import ChainError
    from kilosat.definitions import DefinitionError
    from kilosat.definitions.history import HistoryError

    try:
        yield
    except DefinitionError as error:
        refuse("\n".join(str(finding) for finding in error.findings))
    except (ChainError, HistoryError) as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or 'a file'}: {error.strerror}")
    except KeyboardInterrupt:
        refuse("stopped; what was read is kept, and the same command goes on from there")


def register_named(name: str) -> "tuple[Register, Path]":
    """A register by name or path, with its file; what there is to note goes to the terminal."""
    from kilosat.chain.register import read_register
    from kilosat.chain.secrets import refuse_secrets
    from kilosat.definitions import find_register

    refuse_secrets(name, "the command line")
    path = find_register(name)
    found = read_register(path)
    for note in found.notes:
        typer.echo(str(note), err=True)
    return found, path
