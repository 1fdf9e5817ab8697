"""The mining part of a load."""

from kilosat.figures import figure


@figure(unit="MW", formula="power x mining share")
def mining_power(power: float, mining_share: float) -> float:
    """Mining's part of the block, at the meter."""
    return power * mining_share
