"""Every action and its keys: finding one, seeing them all, changing them."""
