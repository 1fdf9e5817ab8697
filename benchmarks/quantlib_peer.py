"""Rate of QuantLib's path generator, in an interpreter of its own.

QuantLib has no GARCH path generator, so it draws the simpler geometric random walk, daily.
"""

import subprocess

__all__ = ["quantlib_rate"]

PROGRAM = """
import sys, time
import QuantLib as ql
days, paths, volatility = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
today = ql.Date(1, 1, 2026)
ql.Settings.instance().evaluationDate = today
flat = lambda rate: ql.YieldTermStructureHandle(ql.FlatForward(today, rate, ql.Actual365Fixed()))
spread = ql.BlackVolTermStructureHandle(
    ql.BlackConstantVol(today, ql.NullCalendar(), volatility * 365**0.5, ql.Actual365Fixed())
)
process = ql.BlackScholesMertonProcess(
    ql.QuoteHandle(ql.SimpleQuote(1.0)), flat(0.0), flat(0.0), spread
)
uniform = ql.UniformRandomSequenceGenerator(days, ql.UniformRandomGenerator(1))
draws = ql.GaussianRandomSequenceGenerator(uniform)
made = ql.GaussianPathGenerator(process, days / 365, days, draws, False)
started = time.perf_counter()
total = 0.0
for _ in range(paths):
    total += made.next().value().back()
print(paths / (time.perf_counter() - started))
"""


def quantlib_rate(python: str, days: int, paths: int, volatility: float) -> float:
    """Paths a second of an interpreter that has QuantLib."""
    command = [python, "-c", PROGRAM, str(days), str(paths), str(volatility)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
