"""How much annotators agree: counts of single articles that add up, and figures made of them."""
