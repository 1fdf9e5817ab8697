"""The application that commands attach themselves to, and how they refuse."""

import sys
from datetime import date
from typing import Annotated, NoReturn

import typer

__all__ = ["USER_ERROR", "app", "day_asked", "main", "new_app", "refuse"]

USER_ERROR = 2
"""Exit code for what a user can mend."""

app = typer.Typer(
    name="kilosat",
    help="Check a national Bitcoin strategy from data, with every number explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
new_app = typer.Typer(help="Write a commented template to start from.", no_args_is_help=True)
app.add_typer(new_app, name="new")


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", help="print the version and end")] = False,
) -> None:
    if version:
        from kilosat import __version__

        typer.echo(f"kilosat {__version__}")
        raise typer.Exit


def day_asked(text: str) -> date:
    """A day given on the command line; what is none ends the command with one line."""
    from kilosat.definitions.history import HistoryError, read_day

    try:
        return read_day(text)
    except HistoryError as error:
        refuse(str(error))


def refuse(message: str) -> NoReturn:
    """End the command with one message and the exit code for what a user can mend."""
    typer.echo(message, err=True)
    raise typer.Exit(USER_ERROR)


def main() -> None:
    """Entry point of the ``kilosat`` command."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
