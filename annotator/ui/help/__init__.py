"""Help, and information about the program."""
