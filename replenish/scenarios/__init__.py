"""Peak-season scenarios: named overlays on what is known, planned side by side on the same seed."""
