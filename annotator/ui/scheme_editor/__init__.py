"""The scheme and its guidelines, shown and edited."""
