"""Ways to reach a person or a machine with an alert."""
