"""Shipments: the plan for the warehouse, and the files Amazon takes (Send to Amazon, FBA inbound API, AWD)."""
