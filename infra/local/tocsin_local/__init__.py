"""The local AWS: starts it, deploys the real template to it, and plays the outside world around it."""
