"""The comparison of scenarios as a workbook."""
