"""The `tocsin` command: what an agency's people run on their own machine."""
