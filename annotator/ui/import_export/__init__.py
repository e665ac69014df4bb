"""Files that come in and go out, and the dialogs that choose them."""
