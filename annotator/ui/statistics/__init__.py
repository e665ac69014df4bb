"""Statistics: charts, the same figures as tables, and a file for spreadsheets."""
