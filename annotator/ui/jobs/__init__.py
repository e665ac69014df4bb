"""Long jobs away from the window, and how they are shown."""
