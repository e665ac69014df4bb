"""The trash in the window: what Delete in the article list does, taken back or gone for good."""
