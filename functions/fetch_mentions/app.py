"""Each minute: look at the sources that are due, send what names a brand to the queue."""

from tocsin.entry.fetching import handler

__all__ = ["handler"]
