"""The figures of the work: charts, the same as tables, and a file for a spreadsheet."""
