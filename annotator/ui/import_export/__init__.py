"""Import and export, and the dialogs that choose files."""
