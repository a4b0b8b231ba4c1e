"""The client's own pages, beside any case."""
