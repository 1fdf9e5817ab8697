"""Command: check an archive offline."""

from pathlib import Path
from typing import Annotated

import typer

from kilosat.cli.app import USER_ERROR, app, refuse

__all__ = ["verify"]


@app.command()
def verify(
    archive: Annotated[Path, typer.Argument(help="a file that 'kilosat audit --archive' wrote")],
    as_json: Annotated[bool, typer.Option("--json", help="all checks, as JSON")] = False,
) -> None:
    """Check an archive without a node or a network, and say what it proves and what not.

    Exit code 2 if it is none, is damaged, or anything in it does not hold; 0 otherwise, also where
    it is not shown to be the main network, so read the first line.
    """
    import json

    from kilosat.chain.archive.text import verification_json, verification_text
    from kilosat.chain.archive.verify import verify as verified
    from kilosat.chain.errors import ChainError
    from kilosat.definitions import DefinitionError

    try:
        found = verified(archive)
    except (ChainError, DefinitionError) as error:
        refuse(str(error))
    if as_json:
        typer.echo(json.dumps(verification_json(found), indent=2))
    else:
        typer.echo(verification_text(found), nl=False)
    if found.failed:
        raise typer.Exit(USER_ERROR)
