"""The part of a brief that looks forward: prices, hashes, the mine as an investment, the state."""

from kilosat.brief.ahead.ahead import Ahead, ahead_of
from kilosat.brief.ahead.prose import futures_words
from kilosat.brief.ahead.weighing import weighed

__all__ = ["Ahead", "ahead_of", "futures_words", "weighed"]
