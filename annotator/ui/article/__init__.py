"""The article: its text, its painted spans, and what mouse and keys do in it."""
