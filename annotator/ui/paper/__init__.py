"""The article with its marks on paper and in other programs."""
