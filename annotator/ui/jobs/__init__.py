"""Running long jobs in the background and showing their progress."""
