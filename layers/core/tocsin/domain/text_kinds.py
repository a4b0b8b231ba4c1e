"""What kinds of text a case has."""

from enum import StrEnum


class Kind(StrEnum):
    HOLDING = "holding"
    NOTICE = "notice"
    STAFF = "staff"
    CLIENT = "client"
    CORRECTION = "correction"
    REPLY = "reply"
