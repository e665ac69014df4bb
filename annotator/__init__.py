"""Annotator: turn news articles into training data, entities and quotes side by side with the text."""

__version__ = "0.1.0"
