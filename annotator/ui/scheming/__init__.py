"""The scheme in the window: its editor, its attributes, its guidelines."""
