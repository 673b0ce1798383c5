"""Purchase orders: the workbook a supplier reads, the letter beside it, and the supplier's answer read back."""
