"""Suggestions in the window: offered in the text, accepted and rejected by keys."""
