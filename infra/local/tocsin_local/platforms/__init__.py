"""Simulated platforms: they speak the wire formats of real ones, over HTTP on the loopback interface."""
