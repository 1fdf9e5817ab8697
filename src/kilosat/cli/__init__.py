"""The command line. Heavy imports wait until a command needs them, so that help is instant."""

from kilosat.cli import (
    audit,
    challenge,
    compare,
    data,
    definitions,
    history,
    labels,
    studies,
    treasuries,
    verify,
)
from kilosat.cli.app import app, main

__all__ = [
    "app",
    "audit",
    "challenge",
    "compare",
    "data",
    "definitions",
    "history",
    "labels",
    "main",
    "studies",
    "treasuries",
    "verify",
]
