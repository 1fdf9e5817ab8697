"""The application that commands attach themselves to, and how they refuse."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

__all__ = ["USER_ERROR", "app", "day_asked", "main", "new_app", "refuse"]

USER_ERROR = 2
"""Exit code for what a user can mend."""


class _Commands(TyperGroup):
    """Commands whose usage errors repeat what was typed, but no private key of it."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with _usage_without_secrets():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        with _usage_without_secrets():
            return super().invoke(ctx)


@contextmanager
def _usage_without_secrets() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # Errors of usage have this method; typer names only some of their classes in public.
        if (told := getattr(error, "format_message", None)) and told() != _without_secrets(told()):
            refuse(told())
        raise


app = typer.Typer(
    cls=_Commands,
    name="kilosat",
    help="Check a national Bitcoin strategy from data, with every number explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
new_app = typer.Typer(help="Write a commented template to start from.", no_args_is_help=True)
app.add_typer(new_app, name="new")


def _print_version(asked: bool) -> None:
    if asked:
        from kilosat import __version__

        typer.echo(f"kilosat {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool,
        # Eager, or the missing command would be told first.
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="print the version and end"
        ),
    ] = False,
) -> None:
    pass


def day_asked(text: str) -> date:
    """A day given on the command line; what is none ends the command with one line."""
    from kilosat.definitions.history import HistoryError, read_day

    try:
        return read_day(text)
    except HistoryError as error:
        refuse(str(error))


def refuse(message: str) -> NoReturn:
    """End the command with one message and the exit code for what a user can mend."""
    typer.echo(_without_secrets(message), err=True)
    raise typer.Exit(USER_ERROR)


def _without_secrets(message: str) -> str:
    """The message, or another in its place if it would repeat a private key or a seed."""
    from kilosat.chain.secrets import find_secrets  # imported only where something went wrong

    found = find_secrets(message, hex_is_public=True)
    if not found:
        return message
    return (
        f"what was typed holds {found[0].kind}; it is not repeated, since kilosat is watch-only: "
        "give public things alone, and move its coins if others may have seen it"
    )


def main() -> None:
    """Entry point of the ``kilosat`` command."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
