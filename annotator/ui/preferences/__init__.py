"""The user's preferences, and the view of the window."""
