"""The plan workbook: what the planner reads, corrects and hands back."""
