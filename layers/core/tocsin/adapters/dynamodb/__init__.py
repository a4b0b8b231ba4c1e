"""The two tables. keys.py alone formats a key; docs/data-model.md lists every access pattern."""
