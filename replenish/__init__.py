"""The application: command line, configuration, the weekly run, scenarios, replay."""
