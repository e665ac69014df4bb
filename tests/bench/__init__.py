"""Benchmarks: `make bench` prints one table of medians beside their budgets."""
