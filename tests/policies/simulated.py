"""Small worlds for the tests of simulator and replay."""

import numpy as np

from policies.replay_world import World


def world(n=6, weeks=40, lead=3, seed=0, rate=8.0, **changes):
    """Items that sell `rate` a week on average, six weeks of stock, lead time `lead`."""
    rng = np.random.default_rng(seed)
    values = {
        "items": np.array([f"US/{i:03d}" for i in range(n)], dtype=object),
        "demand": rng.poisson(rate, (n, weeks)).astype(float),
        "lead_weeks": np.full((n, weeks), lead),
        "margin": np.full((n, weeks), 18.0),
        "price": np.full(n, 30.0),
        "unit_cost": np.full(n, 8.0),
        "storage": np.full((n, weeks), 0.05),
        "review_weeks": np.ones(n, int),
        "case_pack": np.full(n, 4.0),
        "moq": np.zeros(n),
        "on_hand": np.full(n, round(rate * 6.0)),
        "inbound": np.zeros((n, weeks)),
        "lost_sale": np.zeros(n),
        "capital_rate": np.full(n, 0.003),
        "exit_value": np.full(n, -0.5),
        **changes,
    }
    return World(**values)


def true_rate_paths(rate=8.0, horizon=14, paths=60):
    """Demand paths of someone who knows the rate but not the future."""

    def paths_of(known):
        n = len(known.on_hand)
        rng = np.random.default_rng(known.week)
        return rng.poisson(rate, (n, paths, horizon)).astype(np.float32)

    return paths_of
