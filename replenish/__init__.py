"""The application: command line, configuration, the weekly run, scenarios, replay."""

__version__ = "0.1.0"
