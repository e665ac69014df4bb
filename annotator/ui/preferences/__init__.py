"""What a person prefers, and the look of the window."""
