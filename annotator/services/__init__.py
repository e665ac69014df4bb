"""Whole-project jobs: plain functions, the same ones for the command line and the window."""
