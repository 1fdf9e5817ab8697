"""The command line. Heavy imports wait until a command needs them, so that help is instant."""

from kilosat.cli import compare, data, definitions, history, studies
from kilosat.cli.app import app, main

__all__ = ["app", "compare", "data", "definitions", "history", "main", "studies"]
