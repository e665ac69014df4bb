"""Annotator: turn news articles into training data, entities and quotes beside the text."""

__version__ = "0.2.0.dev0"
