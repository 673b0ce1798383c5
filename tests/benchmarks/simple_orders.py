"""`simple_order` on generated demand whose distribution it is given, against base-stock levels found by trying.

Run `python tests/benchmarks/simple_orders.py`. Each row plays the same periods with `simple_order` and with 24
base-stock levels: the quantile of demand over lead time and review period up to which every order goes (at least the
minimum). The cheapest of them on these very periods is the one compared with. No bench data is used.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from policies.simple import simple_order

HOLDING, SHORTAGE = 0.2, 1.0
SKUS, PERIODS, BURN_IN, AHEAD, PATHS = 40, 90, 12, 26, 100
LEVELS = np.concatenate([[0.0, 0.02, 0.05, 0.1, 0.2], np.linspace(0.3, 0.995, 19)])
DRAWN = (2, 3, 3, 4, 6)
SHAPES = {
    "level": lambda t: np.full(len(t), 4.0),
    "season": lambda t: 4 * (1 + 0.7 * np.sin(2 * np.pi * t / 26)),
    "peak": lambda t: np.where(t % 26 < 5, 16.0, 1.6),
    "ends": lambda t: np.where(t % 30 < 15, 8.0, 0.2),
    "lumpy": lambda t: np.full(len(t), 4.0),
}
ROWS = [
    *((shape, lead, review, 0) for shape in SHAPES for lead, review in ((0, 1), (2, 1), (4, 1), (1, 2), (3, 4))),
    *(
        (shape, lead, review, moq)
        for shape in ("level", "season", "ends")
        for lead, review, moq in ((2, 1, 24), (1, 2, 60))
    ),
    *((shape, DRAWN, 1, moq) for shape in ("level", "season") for moq in (0, 24)),
]


@dataclass(frozen=True)
class Case:
    """One kind of demand with its terms; `lead` a number of periods, or those from which it is drawn."""

    shape: str
    lead: int | tuple[int, ...]
    review: int
    moq: int
    lost_sales: bool

    @property
    def leads(self):
        """Lead times, each as likely."""
        return np.atleast_1d(self.lead)

    def demand(self, rng, first, periods, size):
        """Samples (size, periods) of the demand from period `first` on."""
        mean = SHAPES[self.shape](np.arange(first, first + periods))
        if self.shape == "lumpy":
            return rng.binomial(1, 0.3, (size, periods)) * rng.poisson(mean / 0.3, (size, periods))
        return rng.poisson(mean, (size, periods))

    def cost(self, policy):
        """Per SKU and period."""
        rng = np.random.default_rng(0)
        demand, took = self.demand(rng, 0, PERIODS, SKUS), rng.choice(self.leads, (SKUS, PERIODS))
        stock, coming, total = np.full(SKUS, 4.0 * (self.leads.max() + 2)), np.zeros((SKUS, PERIODS + AHEAD)), 0.0
        for now in range(PERIODS):
            if now % self.review == 0:
                order = policy(now, stock, coming[:, now : now + AHEAD])
                coming[np.arange(SKUS), now + took[:, now]] += order
            left = stock + coming[:, now] - demand[:, now]
            if now >= BURN_IN:
                total += (HOLDING * np.maximum(left, 0) + SHORTAGE * np.maximum(-left, 0)).sum()
            stock = np.maximum(left, 0) if self.lost_sales else left
        return total / SKUS / (PERIODS - BURN_IN)

    def ours(self):
        """`simple_order` with paths and lead times drawn from the truth."""

        def policy(now, stock, coming):
            rng = np.random.default_rng([1, now])
            paths = np.repeat(self.demand(rng, now, AHEAD, PATHS)[None].astype(np.float32), SKUS, axis=0)
            lead = rng.choice(self.leads, (SKUS, PATHS))
            terms = {"review_period": self.review, "moq": self.moq, "lost_sales": self.lost_sales}
            return simple_order(paths, stock, coming, holding=HOLDING, shortage=SHORTAGE, lead_time=lead, **terms)

        return self.cost(policy)

    def base_stock(self):
        """Cost of the best level, and the level."""
        rng = np.random.default_rng(2)
        total = np.pad(self.demand(rng, 0, PERIODS + AHEAD, 2000).cumsum(axis=1), ((0, 0), (1, 0)))
        reach = rng.choice(self.leads, 2000) + self.review
        up_to = [np.quantile(total[np.arange(2000), now + reach] - total[:, now], LEVELS) for now in range(PERIODS)]

        def rule(place):
            def policy(now, stock, coming):
                short = np.ceil(up_to[now][place]) - stock - coming.sum(axis=1)
                return np.where(short > 0, np.maximum(short, self.moq), 0.0)

            return policy

        costs = [self.cost(rule(place)) for place in range(len(LEVELS))]
        return min(costs), LEVELS[int(np.argmin(costs))]


def main() -> None:
    """Print one row per case, then the means."""
    print("demand   unmet             lead time review  MOQ best level   cost   ours")
    ratios = {True: [], False: []}
    for lost_sales in ratios:
        for row in ROWS:
            case = Case(*row, lost_sales)
            best, level = case.base_stock()
            ratio = case.ours() / best
            ratios[lost_sales].append(ratio)
            kind = "lost" if lost_sales else "back-orders"
            print(
                f"{case.shape:8} {kind:11} {case.lead!s:>15} {case.review:6} {case.moq:4} {level:10.2f} {best:6.3f} "
                f"{ratio:6.3f}",
                flush=True,
            )
    for lost_sales, found in ratios.items():
        kind = "lost" if lost_sales else "back-orders"
        print(f"{kind}: mean {np.mean(found):.3f}, {min(found):.3f} to {max(found):.3f} of the best level's cost")


if __name__ == "__main__":
    main()
