"""Agreement between annotators: counts by article, and coefficients from their sums."""
