"""Capital spread over years: one formula that power and mining share."""

__all__ = ["annuity_factor"]


def annuity_factor(rate: float, years: float) -> float:
    """Yearly payment per unit of capital that repays it with interest at ``rate`` over ``years``.

    >>> round(annuity_factor(0.10, 25), 6)
    0.110168
    >>> annuity_factor(0.0, 4)
    0.25
    """
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)
