"""The walk again in plain numpy, paths side by side in arrays: oracle of the tests, peer in speed.

Written from docs/walks.md, day by day over all paths at once; it shares no code with the compiled
walk. What it returns is named as in the books.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SATS = 1e8


def bootstrap_moves(model: Any, paths: int, days: int, rng: np.random.Generator) -> Floats:
    """Log returns day by day, by the same stationary bootstrap: an array (paths, days)."""
    centred, weights = model.centred, np.cumsum(model.window.weights)
    weights[-1] = 1.0
    drift = model.window.drift + model.window.drift_error * rng.standard_normal(paths)
    place = np.full(paths, len(centred))
    moves = np.empty((days, paths))
    for day in range(days):
        leave = (place >= len(centred)) | (rng.random(paths) < 1.0 / model.block_days)
        place[leave] = np.searchsorted(weights, rng.random(int(leave.sum())), side="right")
        moves[day] = centred[place]
        place += 1
    total = np.cumsum(moves, axis=0)
    total += drift * np.arange(1, days + 1)[:, None]
    return total.T


def walk(
    prices: Floats, shocks: Floats, reserve: Any, network: Any, mine: Any
) -> dict[str, npt.NDArray[Any]]:
    """All paths (paths, days) under the terms of a plan."""
    paths, days = prices.shape
    prices = np.ascontiguousarray(prices.T)
    zeros = lambda: np.zeros(paths)  # noqa: E731 - one short name for many books
    # Network
    log_others = np.full(paths, network.log_hashrate)
    growth = np.full(paths, network.last_growth)
    difficulty = np.exp(log_others)
    recent = [np.full(paths, value) for value in network.recent]
    earned, own_sum = zeros(), zeros()
    # Mine
    joule = mine.joule_per_th * (1.0 + mine.cooling)
    outlay_machines = float((mine.megawatts * 1e6 / joule * mine.usd_per_th).sum())
    site = float(mine.megawatts.sum() * mine.site_usd_per_mw)
    joules = np.repeat(joule[:, None], paths, axis=1)
    ramp = max(mine.ramp_days, 1)
    has_mine = mine.megawatts.sum() > 0
    book = {name: zeros() for name in ("mined", "energy", "revenue", "bill", "margin", "kept")}
    book |= {"royalties": zeros(), "running": zeros(), "machines": zeros()}
    book |= {"npv": zeros(), "cash": zeros(), "equity": zeros()}
    book |= {"taxes": zeros(), "payback": np.full(paths, np.inf)}
    book["margin"] -= mine.connection_usd
    public_mine = np.full(paths, -mine.connection_usd)
    alive = np.ones(paths, dtype=bool)
    bought = np.full(paths, mine.ramp_days // 2)
    left = np.ones(paths)
    renewals = np.zeros(paths, dtype=int)
    site_a_day = zeros()
    site_until = np.full(paths, mine.site_life_days + mine.ramp_days // 2 if site else 0)
    depreciation, paid_machines = zeros(), zeros()
    bill_in_coins = zeros()
    taxable, carried = zeros(), zeros()
    # Reserve
    held = np.zeros(paths, dtype=np.int64)
    loose, cost, paid_in, purchases, sales = zeros(), zeros(), zeros(), zeros(), zeros()
    worst, high, fall, highest, public_reserve = zeros(), zeros(), zeros(), zeros(), zeros()
    under = np.zeros(paths, dtype=int)
    stopped = np.full(paths, -1)
    first_hashprice = zeros()
    epoch = 0
    for day in range(days):
        price = prices[day]
        public = (1.0 + mine.public_rate) ** (-(day + 1) / 365.0)
        private = (1.0 + mine.private_rate) ** (-(day + 1) / 365.0)
        hashprice = price * network.coins_per_block[day] * 144.0 / (difficulty * 1000.0)
        earned += hashprice
        coins_in = None
        if has_mine:
            if day == 0:
                first_hashprice = hashprice.copy()
            if day < ramp:
                new = (
                    outlay_machines / ramp * (hashprice / first_hashprice) ** mine.price_elasticity
                )
                paid = new * (1.0 + mine.duty) + site / ramp
                book["machines"] += new + site / ramp
                book["taxes"] += new * mine.duty
                book["cash"] -= paid
                book["npv"] -= paid * private
                public_mine += (new * mine.duty - paid * mine.state_share) * public
                paid_machines += new * (1.0 + mine.duty)
                depreciation += new * (1.0 + mine.duty) / mine.life_days
                site_a_day += site / ramp / mine.site_life_days
            age = day - bought
            alive &= age < mine.life_days
            asks = ~alive & ((age - mine.life_days) % 30 == 0)
            if asks.any():
                better = np.exp(-mine.efficiency_decline * day / 365.0)
                dearer = (hashprice[asks] / first_hashprice[asks]) ** mine.price_elasticity
                dearer = dearer * better**mine.efficiency_elasticity
                price_of_new = outlay_machines / better * dearer
                gains = np.zeros(int(asks.sum()))
                spent = mine.mean_tariff + mine.running_cost
                for one, megawatts in enumerate(mine.megawatts):
                    worth = hashprice[asks] * 3.6e9 / 8.64e7 / (joule[one] * better)
                    worth *= (1.0 - mine.pool_fee) * (1.0 - mine.royalty)
                    later = worth[:, None] * mine.later_worth
                    margin = np.maximum(later - spent, 0.0)
                    gains += megawatts * (margin * mine.later_weight).sum(axis=1)
                new_site = np.where(day >= site_until[asks], site, 0.0)
                buys = gains * mine.yearly_hours > price_of_new * (1.0 + mine.duty) + new_site
                who = np.flatnonzero(asks)[buys]
                if len(who):
                    new = price_of_new[buys]
                    duty_new = new * mine.duty
                    more = new_site[buys]
                    paid = new + duty_new + more
                    paid_machines[who] = new + duty_new
                    site_until[who[more > 0]] = day + mine.site_life_days
                    site_a_day[who[more > 0]] = site / mine.site_life_days
                    joules[:, who] = (joule * better)[:, None]
                    alive[who], bought[who], left[who] = True, day, 1.0
                    renewals[who] += 1
                    book["machines"][who] += new + more
                    book["taxes"][who] += duty_new
                    book["cash"][who] -= paid
                    book["npv"][who] -= paid * private
                    book["equity"][who] -= paid * mine.state_share
                    public_mine[who] += (duty_new - paid * mine.state_share) * public
                    depreciation[who] = (new + duty_new) / mine.life_days
                age = day - bought
            there = np.where(alive, left, 0.0)
            left = np.where(alive & (day >= bought), left * (1.0 - mine.daily_loss), left)
            if day < mine.ramp_days:
                there = np.where(renewals == 0, there * (day + 1.0) / mine.ramp_days, there)
            row = (mine.first_day_of_year + day) % 365
            value, energy, bill, hashes = zeros(), zeros(), zeros(), zeros()
            for one, megawatts in enumerate(mine.megawatts):
                gross = hashprice * (3.6e9 / 8.64e7) / joules[one] * (1.0 - mine.pool_fee)
                worth = gross * (1.0 - mine.royalty) - mine.running_cost
                hours = np.searchsorted(mine.tariffs[row], worth, side="right")
                used = megawatts * there * mine.energy[row][hours]
                energy += used
                bill += megawatts * there * mine.bill[row][hours]
                value += used * gross
                hashes += used * 3.6e9 / joules[one]
            own_sum += hashes / (1e6 * 86_400.0)
            royalty = value * mine.royalty
            bill_coins = np.minimum(bill * mine.tariff_in_coins, value - royalty)
            running = energy * mine.running_cost
            flow = value - royalty - bill - running
            kept = mine.kept_share * mine.state_share * (value - royalty - bill_coins)
            state = flow * mine.state_share - kept
            book["mined"] += value / price
            book["energy"] += energy
            book["revenue"] += value
            book["bill"] += bill
            book["running"] += running
            book["royalties"] += royalty + bill_coins
            book["kept"] += kept
            book["margin"] += bill - energy * mine.system_cost
            book["equity"] += state
            public_mine += (bill - bill_coins - energy * mine.system_cost + state) * public
            taxable += np.where(alive, flow - depreciation, 0.0)
            taxable -= np.where(day < site_until, site_a_day, 0.0)
            bill_in_coins += bill_coins
            book["cash"] += flow
            book["npv"] += flow * private
            coins_in = (royalty + bill_coins + kept) / price
        # Reserve
        per_sat = price * 1e-8
        if day == 0 and reserve.seized_sats:
            held += reserve.seized_sats
            worth = reserve.seized_sats * per_sat
            cost += worth
            paid_in += worth
            public_reserve -= worth * public
        if coins_in is not None:
            some = coins_in > 0
            sats = np.where(some, coins_in * SATS + loose, 0.0)
            whole = np.floor(sats).astype(np.int64)
            loose = np.where(some, sats - whole, loose)
            held += whole
            cost += whole * per_sat
            paid_in += whole * per_sat
        value = held * per_sat
        rebalances = reserve.target_usd > 0 and reserve.first_of_month[day]
        wanted = np.full(paths, reserve.dollars_due[day])
        if rebalances:
            short = value < reserve.target_usd * (1.0 - reserve.band)
            wanted = np.where(short, wanted + reserve.target_usd - value, wanted)
        if reserve.sats_due[day] or wanted.any():
            unit = (1.0 + reserve.trading_cost) * per_sat
            buy = reserve.sats_due[day] + np.floor(wanted / unit).astype(np.int64)
            if np.isfinite(reserve.cap_usd):
                room = np.maximum(reserve.cap_usd - value, 0.0) / per_sat
                buy = np.minimum(buy, room.astype(np.int64))
            buy = np.where(stopped < 0, buy, 0)
            spent = buy * per_sat * (1.0 + reserve.trading_cost)
            held += buy
            cost += spent
            paid_in += spent
            purchases += spent
            public_reserve -= spent * public
            value = held * per_sat
        due = np.full(paths, reserve.sales_due[day] / (1.0 - reserve.trading_cost))
        if rebalances:
            much = value > reserve.target_usd * (1.0 + reserve.band)
            due = np.where(much, due + value - reserve.target_usd, due)
        if due.any() or reserve.stop_loss:
            sell = np.ceil(due / per_sat).astype(np.int64)
            if reserve.stop_loss:
                out = value < (1.0 - reserve.stop_loss) * cost
                sell = np.where(out, held, sell)
                stopped = np.where(out & (stopped < 0), day, stopped)
            sell = np.minimum(sell, held)
            got = sell * per_sat * (1.0 - reserve.trading_cost)
            cost -= np.where(sell > 0, cost * (sell / np.maximum(held, 1)), 0.0)
            held -= sell
            sales += got
            public_reserve += got * public
            value = held * per_sat
        gain = value + sales - paid_in
        np.minimum(worst, gain, out=worst)
        np.maximum(high, gain, out=high)
        np.maximum(fall, high - gain, out=fall)
        np.maximum(highest, value, out=highest)
        under += gain < 0
        if (day + 1) % 14 == 0:
            recent.pop(0)
            recent.append(np.log(earned / 14.0 * 3.6e9 / 8.64e7) - network.log_frontier[epoch])
            growth = (
                network.intercept
                + network.response * np.mean(recent, axis=0)
                + network.memory * growth
                + network.noise * shocks[:, epoch]
            )
            log_others += growth
            change = np.log((np.exp(log_others) + own_sum / 14.0) / difficulty)
            difficulty = difficulty * np.exp(np.clip(change, -np.log(4.0), np.log(4.0)))
            epoch += 1
            earned, own_sum = zeros(), zeros()
        if has_mine and (day + 1) % 365 == 0:
            base = taxable - carried
            tax = mine.profit_tax * np.maximum(base, 0.0)
            carried = np.maximum(-base, 0.0)
            taxable = zeros()
            book["taxes"] += tax
            book["cash"] -= tax
            book["npv"] -= tax * private
            book["equity"] -= tax * mine.state_share
            public_mine += tax * (1.0 - mine.state_share) * public
        if has_mine:
            back = (book["cash"] >= 0) & np.isinf(book["payback"])
            book["payback"][back] = (day + 1) / 365.0
            book["payback"][book["cash"] < 0] = np.inf
    public_reserve += value * public
    if has_mine:
        age = np.maximum(days - bought, 0)
        rest = np.where(alive & (age < mine.life_days), 1.0 - age / mine.life_days, 0.0)
        worth_left = paid_machines * rest * left
        worth_left += np.where(days < site_until, site_a_day * (site_until - days), 0.0)
        line = mine.connection_usd * max(1.0 - days / mine.connection_life_days, 0.0)
        book["cash"] += worth_left
        book["npv"] += worth_left * private
        book["margin"] += line
        public_mine += (worth_left * mine.state_share + line) * public
        book["equity"] = book["cash"] * mine.state_share - book["kept"]
        book["payback"][(book["cash"] >= 0) & np.isinf(book["payback"])] = days / 365.0
        book["bill_coins"] = bill_in_coins
    found = book if has_mine else {}
    found |= {"mine public": public_mine} if has_mine else {}
    return found | {
        "held": held,
        "cost": cost,
        "paid_in": paid_in,
        "purchases": purchases,
        "sales": sales,
        "value": value,
        "worst": worst,
        "fall": fall,
        "highest": highest,
        "under": under,
        "stopped": stopped,
        "reserve public": public_reserve,
        "difficulty": difficulty,
        "renewals": renewals,
    }
