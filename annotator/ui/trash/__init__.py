"""The trash in the window: deleting articles, restoring them, and deleting them for good."""
