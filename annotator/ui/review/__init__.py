"""Review: comparing the annotations of the open article and making gold from them."""
