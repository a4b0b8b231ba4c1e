"""Decompression that stops at a cap, however small the bomb."""

import zlib
from collections.abc import Iterable, Iterator

_GZIP_MAGIC = b"\x1f\x8b"
_STEP = 65_536


class TooLargeError(ValueError):
    """More came out than the cap allows."""


class BrokenStreamError(ValueError):
    """The bytes are not what they are said to be."""


def inflated(chunks: Iterable[bytes], *, encoding: str, cap: int) -> Iterator[bytes]:
    """The plain bytes of a ``gzip`` or ``deflate`` stream (RFC 9110, 8.4.1), ``cap`` of them at most.

    ``deflate`` is taken with its zlib wrapper and without, as browsers do; gzip may have several members.
    Raise TooLargeError or BrokenStreamError.
    """
    decoder, total, first = _decoder(encoding, b""), 0, True
    for chunk in chunks:
        if first and encoding == "deflate":
            decoder = _decoder(encoding, chunk)
        first, data, plain = False, chunk, b""
        while data or (len(plain) == _STEP and not decoder.eof):  # zlib may hold output back when its input is used up
            if decoder.eof:  # a further member, or padding after the last one
                if encoding != "gzip" or not data.startswith(_GZIP_MAGIC):
                    return
                decoder = _decoder(encoding, data)
            try:
                plain = decoder.decompress(data, _STEP)
            except zlib.error as error:
                raise BrokenStreamError(f"broken {encoding} data ({error})") from None
            total += len(plain)
            if total > cap:
                raise TooLargeError(f"over {cap:,} bytes after decompression")
            yield plain
            data = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if not first and not decoder.eof:
        raise BrokenStreamError(f"the {encoding} data ends too early")


def gunzip_if_bare(body: bytes, cap: int) -> bytes:
    """``body``, or what it holds when it is gzip that nobody announced. Raise as ``inflated`` does."""
    if not body.startswith(_GZIP_MAGIC):
        return body
    return b"".join(inflated([body], encoding="gzip", cap=cap))


def _decoder(encoding: str, head: bytes) -> "zlib._Decompress":
    if encoding == "gzip":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    wrapped = not head or head[0] & 0x0F == 8
    return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
