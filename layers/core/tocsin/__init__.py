"""Tocsin: hears what is said of a brand and wakes the person who must answer."""

__version__ = "0.1.0"
