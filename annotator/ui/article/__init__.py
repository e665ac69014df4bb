"""The article view: its text, its painted spans, and mouse and keyboard handling."""
