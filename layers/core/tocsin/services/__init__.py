"""Use-cases. They take ports and never know which adapter stands behind one."""
