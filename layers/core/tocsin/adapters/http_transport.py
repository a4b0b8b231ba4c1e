"""The wire under GuardedHttp: connections to exactly the address that was checked, with one limit of time."""

import socket
import ssl
import threading
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from tocsin.adapters.http_address import refusal
from tocsin.domain.errors import RefusedAddressError

TIMEOUT = 10.0
"""Seconds to connect, and seconds of silence."""


class Limit(threading.local):
    """When the request of this thread must be over, by time.monotonic()."""

    end = float("inf")

    def left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request's time is over")
        return min(TIMEOUT, left)


limit = Limit()


class _Socket(socket.socket):
    """Each receive gets only what is left of the request's time, so that a drip-feeding server cannot hold us."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(limit.left())
        return super().recv_into(*args, **kwargs)


class _TlsSocket(ssl.SSLSocket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(limit.left())
        return super().recv_into(*args, **kwargs)


def _connect(connection: HTTPConnection, allow_hosts: frozenset[str]) -> socket.socket:
    """A socket to an address that was checked; all that the name resolves to must be public."""
    host, port = connection.host.strip("[]"), connection.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        wrapped = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(host, connection, wrapped) from None
    if f"{host}:{port}" not in allow_hosts:
        for *_, address in found:
            if reason := refusal(str(address[0])):
                raise RefusedAddressError(f"{host}: its address {address[0]} is {reason}; only public ones are called")
    failure: OSError = OSError("no address")
    for family, kind, protocol, _, address in found:
        sock = _Socket(family, kind, protocol)
        try:
            sock.settimeout(limit.left())
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    if isinstance(failure, TimeoutError):
        raise ConnectTimeoutError(connection, "connect timeout")
    raise NewConnectionError(connection, f"failed to connect: {failure.strerror or 'unknown'}")


class GuardedAdapter(HTTPAdapter):
    """Connects to checked addresses only, with TLS verified against ``ca_file``."""

    def __init__(self, allow_hosts: frozenset[str], ca_file: str) -> None:
        self._allow_hosts = allow_hosts
        self._context = create_urllib3_context()
        self._context.load_verify_locations(ca_file)
        self._context.sslsocket_class = _TlsSocket
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        allow_hosts = self._allow_hosts

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self, allow_hosts)

        class Tls(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self, allow_hosts)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = Tls

        super().init_poolmanager(connections, maxsize, block=block, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002 the base's signature
        """Nothing to load per request: the context holds the authorities, and always demands a certificate."""
        conn.cert_reqs = "CERT_REQUIRED"
