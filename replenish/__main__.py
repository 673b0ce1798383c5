"""`python -m replenish`."""

from replenish.cli import main

main()
