"""Printing the article, writing it as PDF, and copying it."""
