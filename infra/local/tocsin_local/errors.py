"""What can go wrong while a stack runs on this machine."""


class LocalError(Exception):
    """The local stack could not do as told. The message says what happened and, where there is one, the way out."""
