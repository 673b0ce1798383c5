"""The weekly run: gather what is known, forecast, decide, keep, report."""
