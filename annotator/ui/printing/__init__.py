"""The article on paper, as PDF and as copies."""
