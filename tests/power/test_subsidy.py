"""Subsidy tests against worked examples and arithmetic."""

import numpy as np
import pandas as pd
import pytest

from kilosat.power import subsidy


def thresholds(**changes: float) -> "pd.Series[float]":
    values = {
        "full_incremental_cost": 15.0,
        "standalone_cost": 24.0,
        "market_operator_floor": 16.0,
        "purchase_price": 25.98,
        "full_cost_tariff": 34.0,
        "package_tariff": 22.98,
    }
    return subsidy.subsidy_thresholds(**{**values, **changes})


def margins_at(low: float, central: float, high: float, **changes: float) -> pd.DataFrame:
    tariffs = pd.Series({"low": low, "central": central, "high": high})
    return subsidy.subsidy_margins(thresholds(**changes), tariffs)


def test_the_worked_example_of_fiscal_year_2026() -> None:
    """Price gap (IMF 2013, Energy Subsidy Reform, ch. 2) at Rs 22.98 on 17.52 TWh.

    Against the purchase price of 25.98: 3.00 a kWh, about Rs 53 bn; against 34.00: 11.02 a kWh,
    about Rs 193 bn.
    """
    margins = margins_at(22.0, 22.98, 24.0)
    assert margins.loc["price gap, purchase price", "central"] == pytest.approx(-3.0)
    assert margins.loc["price gap, full cost recovery", "central"] == pytest.approx(-11.02)
    amounts = subsidy.subsidy_amounts(margins, 17520.0)
    assert amounts.loc["price gap, purchase price", "central"] == pytest.approx(53.0, abs=0.5)
    assert amounts.loc["price gap, full cost recovery", "central"] == pytest.approx(193, abs=0.5)


def test_stand_alone_cost_is_a_ceiling() -> None:
    margins = margins_at(22.0, 23.0, 25.0)
    assert margins.loc["stand-alone cost"].tolist() == pytest.approx([2.0, 1.0, -1.0])


def test_verdicts_of_the_dispute() -> None:
    margins = margins_at(22.0, 23.0, 24.0)
    table = subsidy.subsidy_verdicts(margins, 0.0, 0.0, 17520.0, 10.8, "sector")
    assert table.loc["incremental cost"].tolist() == ["holds"] * 3
    assert table.loc["price gap, full cost recovery"].tolist() == ["fails"] * 3
    assert table.loc["accepted band, price"].tolist() == ["fails", "holds", "holds"]
    assert table.loc["accepted band, energy"].tolist() == ["fails"] * 3
    assert table.loc["accepted band, open to all"].tolist() == ["fails"] * 3


def test_missing_evidence_is_unknown() -> None:
    margins = margins_at(22.0, 23.0, 24.0, market_operator_floor=np.nan)
    table = subsidy.subsidy_verdicts(margins, 0.0, 0.1, 5000.0, 10.8, "not stated")
    assert table.loc["market-economy operator"].tolist() == ["unknown"] * 3
    assert table.loc["market-economy operator, evidence"].tolist() == ["unknown"] * 3
    assert table.loc["supply of others"].tolist() == ["fails"] * 3
    assert table.loc["accepted band, open to all"].tolist() == ["unknown"] * 3
    assert table.loc["accepted band, energy"].tolist() == ["holds"] * 3


def test_standalone_cost_by_arithmetic() -> None:
    # no interest, 10 years: (1000 / 10 + 20) USD over 8760 h x 0.5, 100 to the dollar, plus 8
    cost = subsidy.standalone_cost(1000.0, 20.0, 8.0, 10.0, 0.5, 0.0, 1.5, 100.0)
    # fuel half as dear again
    assert cost == pytest.approx(120.0 * 100.0 / 4380.0 + 12.0)


def test_a_private_owner_wants_at_least_what_the_public_one_wants() -> None:
    public = subsidy.market_operator_floor(14.0, 1.0, 25.0, 0.1, 0.1)
    private = subsidy.market_operator_floor(14.0, 1.0, 25.0, 0.1, 0.18)
    assert public == pytest.approx(15.0)
    # annuities over 25 years: 0.182919 at 18 %, 0.110168 at 10 %
    assert private == pytest.approx(14.0 + 0.182919 / 0.110168, rel=1e-4)
