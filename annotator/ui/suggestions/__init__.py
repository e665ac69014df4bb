"""Suggestions in the window: offered, decided, learnt from."""
