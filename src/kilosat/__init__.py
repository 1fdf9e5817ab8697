"""kilosat: check a national Bitcoin strategy from data, with every number explained."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("kilosat")
