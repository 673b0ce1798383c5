"""Demand paths, stock and costs in, quantities and money out. Pure: no files, no database, no clock."""
