"""Searching in the article and in the whole project."""
