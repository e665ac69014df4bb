"""Readers of plain articles: pages, documents, tables, feeds, archives and mail."""
