"""The scheme and its guidelines: showing and editing them."""
