"""RS256 (RFC 7518, 3.3: RSASSA-PKCS1-v1_5 over SHA-256) with the key of a Google service account.

Own code by decision: the Lambda runtime brings nothing that signs with RSA, and the library that does (cryptography)
weighs 15 MB in a layer that every function loads, for one signature (20 ms here) an hour. It only signs, with our own
key; nothing here verifies what a stranger sent. Python's ``pow`` takes a time that depends on the key: whoever could
measure that in our own process has the key anyway.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of SHA-256 in DER (RFC 8017, 9.2)."""
_RSA = bytes.fromhex("2a864886f70d010101")
_SEQUENCE, _INTEGER, _OCTETS, _OBJECT = 0x30, 0x02, 0x04, 0x06
_BEGIN, _END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"


class PrivateKey(NamedTuple):
    modulus: int
    public: int
    private: int

    @classmethod
    def of_pem(cls, pem: str) -> PrivateKey:
        """A PKCS#8 key as Google hands it out. Raise ValueError without a word of the key."""
        start, end = pem.find(_BEGIN), pem.find(_END)
        if start < 0 or end < start:
            raise ValueError("it has no «BEGIN PRIVATE KEY»")
        try:
            der = base64.b64decode("".join(pem[start + len(_BEGIN) : end].split()), validate=True)
        except binascii.Error:
            raise ValueError("it is no Base64") from None
        info = _children(_only(der, _SEQUENCE))
        if len(info) < 3 or [tag for tag, _ in info[:3]] != [_INTEGER, _SEQUENCE, _OCTETS]:
            raise ValueError("it is no PKCS#8 key")
        if _children(info[1][1])[:1] != [(_OBJECT, _RSA)]:
            raise ValueError("it is no RSA key")
        numbers = [int.from_bytes(value) for tag, value in _children(_only(info[2][1], _SEQUENCE)) if tag == _INTEGER]
        if len(numbers) < 4 or numbers[1].bit_length() < 2_048:
            raise ValueError("it is no RSA key of at least 2048 bits")
        return cls(modulus=numbers[1], public=numbers[2], private=numbers[3])

    def sign(self, message: bytes) -> bytes:
        """Raise ValueError when the key's parts do not belong together (a signature made so would betray them)."""
        size = (self.modulus.bit_length() + 7) // 8
        digest = _SHA256_PREFIX + hashlib.sha256(message).digest()
        padded = int.from_bytes(b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest)
        signature = pow(padded, self.private, self.modulus)
        if pow(signature, self.public, self.modulus) != padded:
            raise ValueError("its parts do not belong together")
        return signature.to_bytes(size)


def _only(der: bytes, tag: int) -> bytes:
    found = _children(der)
    if len(found) != 1 or found[0][0] != tag:
        raise ValueError("its DER is broken")
    return found[0][1]


def _children(der: bytes) -> list[tuple[int, bytes]]:
    """Tags and values that stand side by side in DER (X.690), definite lengths only."""
    found, at = [], 0
    while at < len(der):
        if at + 2 > len(der):
            raise ValueError("its DER breaks off")
        tag, length, start = der[at], der[at + 1], at + 2
        if length >= 0x80:
            octets = length & 0x7F
            length, start = int.from_bytes(der[start : start + octets]), start + octets
        if start + length > len(der):
            raise ValueError("its DER breaks off")
        found.append((tag, der[start : start + length]))
        at = start + length
    return found
