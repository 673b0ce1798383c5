"""`python -m data.sample FOLDER [--truth FOLDER] [--skus N] [--seed N] [--as-of DATE] [--weeks N]`: write a seller."""

import argparse
from datetime import date
from pathlib import Path

from data.sample import DEFAULT_AS_OF, generate, write_reports


def main() -> None:
    """Write the reports, and the truth when asked, into folders that must not be the same."""
    parser = argparse.ArgumentParser(prog="python -m data.sample", description="Write the files of a generated seller.")
    parser.add_argument("folder", type=Path, help="where the reports go")
    parser.add_argument("--truth", type=Path, help="where the truth goes (Parquet); default: not written")
    parser.add_argument("--skus", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as-of", type=date.fromisoformat, default=DEFAULT_AS_OF)
    parser.add_argument("--weeks", type=int, default=157)
    parser.add_argument("--future-weeks", type=int, default=30)
    given = parser.parse_args()
    if given.truth is not None and given.truth.resolve() == given.folder.resolve():
        parser.error("--truth must be another folder than the reports: whoever loads the reports must not see it")
    seller = generate(given.seed, given.skus, given.as_of, given.weeks, given.future_weeks)
    for path in write_reports(seller, given.folder):
        print(path)
    if given.truth is not None:
        for path in seller.truth.write(given.truth):
            print(path)


if __name__ == "__main__":
    main()
