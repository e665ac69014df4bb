"""Backups in the window: automatic backups, their list with differences, and restoring one."""
