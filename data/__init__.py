"""Reports in, DuckDB out: readers, the store and its views, quality checks, the sample seller."""
