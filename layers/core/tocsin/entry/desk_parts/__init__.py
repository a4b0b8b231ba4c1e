"""The parts of a client's own page, each loaded when it is opened."""
