"""The domain: articles, annotations, quotes and schemes, without Qt, SQL or files."""
