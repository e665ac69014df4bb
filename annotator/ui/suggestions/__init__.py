"""Suggestions in the window: showing them, deciding on them and learning from the decisions."""
