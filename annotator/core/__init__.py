"""What the product knows about articles, entities and quotes: no Qt, no SQL, no files."""
