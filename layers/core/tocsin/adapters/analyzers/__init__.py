"""Readers of mentions behind the Analyzer port."""
