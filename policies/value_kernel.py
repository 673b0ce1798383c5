"""The compiled heart of `policies.value`: many quantities of every row, path by path and week by week."""

import numba as nb
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
SHORT, LONG = 1 / 4.3, 1 / 12.9  # weights of a week in the 30 and 90 days of the low-inventory-level fee
TERMINAL_STEP = 2.0
"""Weeks of supply between two entries of `Rows.terminal`."""


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _leftover_worth(units: float, target: float, cost: float, weekly: float, terminal: Floats) -> float:
    """Up to the target a unit saves its replacement; above, the table of the row."""
    worth = cost * min(units, target)
    above = (units - target) / weekly / TERMINAL_STEP
    if above <= 0:
        return worth
    last = len(terminal) - 1
    at = int(above)
    if at >= last:
        tail = terminal[last] - terminal[last - 1]
        return float(worth + weekly * (terminal[last] + tail * (above - last)))
    return float(worth + weekly * (terminal[at] + (terminal[at + 1] - terminal[at]) * (above - at)))


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _low_inventory_week(profit, sold, kept, stock_short, stock_long, sold_short, sold_long, low_days, steps):  # type: ignore[no-untyped-def]
    """Charge the low-inventory-level fee of a week: both windows must lie below a band; `steps` are fee differences."""
    for band in range(len(low_days)):
        bar, step = low_days[band] / 7.0, steps[band]
        for k in range(len(sold)):
            below = (stock_short[k] < bar * sold_short[k]) & (stock_long[k] < bar * sold_long[k])
            profit[k] -= sold[k] * step if below else 0.0
    for k in range(len(sold)):
        stock_short[k] += (kept[k] - stock_short[k]) * SHORT
        stock_long[k] += (kept[k] - stock_long[k]) * LONG
        sold_short[k] += (sold[k] - sold_short[k]) * SHORT
        sold_long[k] += (sold[k] - sold_long[k]) * LONG


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _week(x, profit, sold, kept, come, d, gain, missed, at_front, behind, keep, back_orders):  # type: ignore[no-untyped-def]
    """One week of all lanes: sell, pay for what is missing and for what is left."""
    if back_orders:
        for k in range(len(x)):
            left = x[k] + come - d
            profit[k] -= missed * max(-left, 0.0) + at_front * max(left, 0.0)
            x[k] = left
        return
    for k in range(len(x)):
        have = x[k] + come
        sales = min(have, d)
        left = have - sales
        stay = min(left, keep)
        profit[k] += gain * sales - (at_front - behind) * stay - behind * left
        x[k], sold[k], kept[k] = left, sales, stay


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _until_arrival(demand, inflow, front, stock, begin, back_orders, state):  # type: ignore[no-untyped-def]
    """Stock when the option arrives, the same for every quantity; `state` holds the fee's four moving means."""
    for h in range(begin):
        stock += inflow[h]
        sold = min(max(stock, 0.0), demand[h])
        stock = stock - demand[h] if back_orders else stock - sold
        kept = min(stock, front[h])
        state[0] += (kept - state[0]) * SHORT
        state[1] += (kept - state[1]) * LONG
        state[2] += (sold - state[2]) * SHORT
        state[3] += (sold - state[3]) * LONG
    return stock


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _different(quantity, beside):  # type: ignore[no-untyped-def]
    """Number of each lane among those that differ from the one before, and how many there are."""
    place, count = np.zeros(len(quantity), np.int64), 0
    for k in range(1, len(quantity)):
        if quantity[k] != quantity[k - 1] or beside[k] != beside[k - 1]:
            count += 1
        place[k] = count
    return place, count + 1


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _goals(target, inflow, h, chance, joins):  # type: ignore[no-untyped-def]
    """Stock that lasts until the next chance: of the target, as much as is asked for until each week less what has come
    by then. The highest of the weeks before `joins`, and of those from it on."""
    before, after, came = -np.inf, -np.inf, 0.0
    last = min(chance, len(inflow) - 1) - 1
    for week in range(h, last + 1):
        came += inflow[week]
        share = 1.0 if week == last else (week - h + 1) / (chance - h)
        goal = target * share - came
        if week < joins:
            before = max(before, goal)
        else:
            after = max(after, goal)
    return before, after


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _top_up(x, profit, before, after, other, cost):  # type: ignore[no-untyped-def]
    """Buy up to the goal, less what joins later; whether every lane was topped up, so that all are alike."""
    all_below = True
    for k in range(len(x)):
        added = max(before, after - other[k]) - x[k]
        all_below &= added >= 0
        added = max(added, 0.0)
        x[k] += added
        profit[k] -= cost * added
    return all_below


@nb.njit(parallel=True, cache=True, fastmath={"contract", "nsz", "arcp"})  # type: ignore[untyped-decorator]
def values(  # type: ignore[no-untyped-def]
    demand,
    on_hand,
    first,
    units,
    week,
    margin,
    lost,
    front,
    low_days,
    low_fee,
    back_orders,  # type: ignore[no-untyped-def]
    item,
    arrival,
    following,
    review,
    unit_cost,
    hold_front,
    hold_back,
    target,
    terminal,
    weekly,
    switch,
    switch_cost,
    switch_review,
    quantity,
    beside,
    beside_arrival,
):
    """Mean profit (M, K) of `quantity`, each with `beside` of another way coming as well.

    Only differences between quantities beside the same have a meaning. Equal neighbours are counted once.
    """
    rows, all_lanes = quantity.shape
    paths, weeks = demand.shape[1], demand.shape[2]
    out = np.zeros((rows, all_lanes))
    for i in nb.prange(rows):
        n = item[i]
        place, lanes = _different(quantity[i], beside[i])
        more, other = np.zeros(lanes), np.zeros(lanes)
        for k in range(all_lanes):
            more[place[k]], other[place[k]] = quantity[i, k], beside[i, k]
        paired = np.any(other > 0)
        fee_applies = False
        steps = np.zeros(len(low_days))
        for band in range(len(low_days)):
            higher = low_fee[n, band + 1] if band + 1 < len(low_days) else 0.0
            steps[band] = low_fee[n, band] - higher
            fee_applies = fee_applies or low_fee[n, band] > 0
        typical = 0.0
        for p in range(paths):
            for h in range(min(4, weeks)):
                typical += demand[n, p, h]
        typical = max(typical / (paths * min(4, weeks)), 1e-6)
        x, profit, sold, kept = np.zeros(lanes), np.zeros(lanes), np.zeros(lanes), np.zeros(lanes)
        s_short, s_long, f_short, f_long = np.zeros(lanes), np.zeros(lanes), np.zeros(lanes), np.zeros(lanes)
        inflow, state, total = np.zeros(weeks + 1), np.zeros(4), np.zeros(lanes)
        for p in range(paths):
            inflow[:] = 0.0
            for a in range(first[n], first[n + 1]):
                inflow[min(week[a, p], weeks)] += units[a]
            begin = min(arrival[i, p], weeks)
            joins = min(beside_arrival[i, p], weeks) if paired else weeks
            start = min(begin, joins)
            state[0] = state[1] = on_hand[n]
            state[2] = state[3] = typical
            x[:] = _until_arrival(demand[n, p], inflow, front[n], on_hand[n], start, back_orders, state)
            profit[:] = -unit_cost[i] * more
            if fee_applies:
                s_short[:], s_long[:], f_short[:], f_long[:] = state[0], state[1], state[2], state[3]
            chance, same = max(following[i, p], begin), False
            for h in range(start, weeks):
                if h == begin:
                    x += more
                if h >= chance:
                    late = h >= switch[i, p]
                    chance = h + (switch_review[i] if late else review[i])
                    before, after = _goals(target[i, h], inflow, h, chance, joins if h <= joins else weeks)
                    cost = switch_cost[i] if late else unit_cost[i]
                    same = _top_up(x, profit, before, after, other, cost)
                    if same:
                        break
                if paired and h == joins:
                    x += other
                at_front, behind, keep = hold_front[i, h], hold_back[i], front[n, h]
                if behind >= at_front:  # nothing is held back where that costs more
                    keep, behind = np.inf, 0.0
                _week(
                    x,
                    profit,
                    sold,
                    kept,
                    inflow[h],
                    demand[n, p, h],
                    margin[n, h] + lost[n],
                    lost[n],
                    at_front,
                    behind,
                    keep,
                    back_orders,
                )
                if fee_applies:
                    _low_inventory_week(profit, sold, kept, s_short, s_long, f_short, f_long, low_days, steps)
            if begin >= weeks:
                x += more
            if not same:
                cost = min(unit_cost[i], switch_cost[i]) if switch[i, p] < weeks else unit_cost[i]
                for k in range(lanes):
                    profit[k] += _leftover_worth(x[k], target[i, weeks - 1], cost, weekly[i], terminal[i])
            total += profit
        for k in range(all_lanes):
            out[i, k] = total[place[k]] / paths
    return out
