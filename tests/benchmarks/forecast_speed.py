"""Time and memory of the forecast: `python tests/benchmarks/forecast_speed.py [1000 5000 10000 20000]`.

Each size runs in its own process: series of 157 weeks, 26-week horizon, 200 paths, calibration included. Prints
wall and processor seconds, peak memory, the growth exponent, and what AutoETS(season_length=52) takes a series.
"""

import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from forecasting import forecast

WEEKS, HORIZON, PATHS = 157, 26, 200


def catalogue(skus, seed=0):
    """Seasonal, drifting, over-dispersed sales from slow to fast."""
    rng = np.random.default_rng(seed)
    level = np.exp(rng.normal(1, 1.3, (skus, 1)))
    season = 1 + 0.4 * np.sin(2 * np.pi * (np.arange(WEEKS) / 52 + rng.random((skus, 1)) * 0.3))
    rate = level * season * np.exp(np.cumsum(rng.normal(0, 0.04, (skus, WEEKS)), axis=1))
    units = rng.poisson(rate * rng.gamma(3, 1 / 3, rate.shape)).astype(float)
    return pd.DataFrame(
        {
            "sku": np.repeat([f"S{i:06d}" for i in range(skus)], WEEKS),
            "units": units.ravel(),
            "week": np.tile(pd.date_range("2021-01-04", periods=WEEKS, freq="7D"), skus),
        }
    )


def one(skus):
    """Measure one size; compiled code is warm, as it is from the second run on."""
    history = catalogue(skus)
    forecast(history[history["sku"] < "S000050"], HORIZON, paths=20)
    wall, cpu = time.perf_counter(), time.process_time()
    forecast(history, HORIZON, paths=PATHS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(time.perf_counter() - wall, time.process_time() - cpu, peak)


def auto_ets(series=20):
    """Seconds a series of AutoETS(season_length=52)."""
    from statsforecast.models import AutoETS

    wide = catalogue(series)["units"].to_numpy().reshape(series, WEEKS)
    AutoETS(season_length=52).forecast(y=wide[0], h=HORIZON)
    start = time.process_time()
    for row in wide:
        AutoETS(season_length=52).forecast(y=row, h=HORIZON)
    return (time.process_time() - start) / series


def main(sizes):
    """The table."""
    ets, rows = auto_ets(), []
    for skus in sizes:
        done = subprocess.run([sys.executable, __file__, "one", str(skus)], capture_output=True, text=True, check=True)
        rows.append((skus, *map(float, done.stdout.split())))
        wall, cpu, peak = rows[-1][1:]
        print(
            f"{skus:6} SKUs: {wall:6.1f} s wall, {cpu:6.1f} s processor, {peak:4.1f} GB, "
            f"{ets * skus / cpu:5.0f} x faster than AutoETS(52)"
        )
    if len(rows) > 1:
        slope = np.log(rows[-1][2] / rows[0][2]) / np.log(rows[-1][0] / rows[0][0])
        print(f"growth exponent of processor time {slope:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(int(sys.argv[2]))
    else:
        main([int(a) for a in sys.argv[1:]] or [1000, 5000, 10000, 20000])
