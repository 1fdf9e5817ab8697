"""How commands on wallets name a register, and how they refuse."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import refuse

if TYPE_CHECKING:
    from kilosat.chain.register import Register

__all__ = ["RegisterName", "archive_named", "refusing", "register_named"]

RegisterName = Annotated[
    str,
    typer.Argument(
        help="a shipped register of wallets, a TOML file of your own, or an archive that has one"
    ),
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


@contextmanager
def register_named(name: str) -> "Iterator[tuple[Register, Path]]":
    """A register by name or path, with its file; what there is to note goes to the terminal.

    Of an archive it is the register inside, whose file is there only within the context.
    """
    from kilosat.chain.register import read_register

    with ExitStack() as stack:
        if archive := archive_named(name):
            from kilosat.chain.archive import read_archive
            from kilosat.chain.archive.enclosed import unpacked

            found, path = stack.enter_context(unpacked(read_archive(archive)))
        else:
            path = _found(name)
            found = read_register(path, datetime.now(UTC).date())
        for note in found.notes:
            typer.echo(str(note), err=True)
        yield found, path


def archive_named(name: str) -> Path | None:
    """The archive that stands where a register is due, if it is one."""
    from kilosat.chain.archive.files import is_archive

    path = _found(name)
    return path if is_archive(path) else None


def _found(name: str) -> Path:
    from kilosat.chain.secrets import refuse_secrets
    from kilosat.definitions import find_register

    refuse_secrets(name, "the command line")
    return find_register(name)
