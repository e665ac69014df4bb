"""Review: what others marked in the article on the desk, and what becomes gold."""
