"""Backups in the window: made by themselves, listed beside what is different now, gone back to."""
