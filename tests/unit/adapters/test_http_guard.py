"""Protects: a feed's address can neither lead us inside, nor hold us, nor fill our memory."""

import gzip
import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.adapters.http_address import refusal
from tocsin.adapters.http_guard import ATTEMPTS, MAX_BODY, GuardedHttp
from tocsin.adapters.inflate import BrokenStreamError, TooLargeError, inflated
from tocsin.domain.errors import FetchError, RefusedAddressError

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BUDGET = timedelta(seconds=20)
Handler = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A loopback server whose pages are functions; it counts what was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Handler] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                with suppress(OSError):
                    site.pages[self.path.partition("?")[0]](self)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(scope="module")
def shared_site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def site(shared_site: Site) -> Site:
    shared_site.pages.clear()
    shared_site.asked.clear()
    return shared_site


class Pauses(list[float]):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def http(site: Site, pauses: Pauses) -> GuardedHttp:
    return GuardedHttp(allow_hosts=frozenset({site.host}), clock=lambda: NOW, sleep=pauses, rand=lambda: 0.5)


def page(body: bytes = b"", status: int = 200, **headers: str) -> Handler:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            if value:
                request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def in_turn(*pages: Handler) -> Handler:
    left = list(pages)

    def answer(request: BaseHTTPRequestHandler) -> None:
        chosen = left.pop(0) if len(left) > 1 else left[0]
        chosen(request)

    return answer


def test_a_body_arrives_whole_with_its_headers(site: Site, http: GuardedHttp) -> None:
    site.pages["/feed"] = page(b"<rss/>", ETag='"1"')
    reply = http.get(site.url("/feed"), {"If-None-Match": '"0"'}, BUDGET)
    assert (reply.status, reply.body, reply.headers["etag"], reply.bytes_read) == (200, b"<rss/>", '"1"', 6)
    sent = site.asked[0][1]
    assert sent["if-none-match"] == '"0"'
    assert sent["user-agent"].startswith("Tocsin/")
    assert "cookie" not in sent


@pytest.mark.parametrize("status", [304, 401, 404, 410, 500])
def test_other_answers_are_the_callers_to_judge(site: Site, http: GuardedHttp, status: int) -> None:
    site.pages["/feed"] = page(status=status)
    assert http.get(site.url("/feed"), {}, BUDGET).status == status


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"<rss/>" * 9_000), "gzip"),
        (gzip.compress(b"<rss/>" * 4_500) * 2, "x-gzip"),
        (zlib.compress(b"<rss/>" * 9_000), "deflate"),
        (zlib.compress(b"<rss/>" * 9_000, wbits=-15), "deflate"),
        (gzip.compress(b"<rss/>" * 9_000), ""),
        (gzip.compress(gzip.compress(b"<rss/>" * 9_000)), "gzip"),
    ],
    ids=["gzip", "two members", "zlib", "raw deflate", "gzip, not announced", "gzip twice"],
)
def test_compressed_bodies_are_read_announced_or_not(site: Site, http: GuardedHttp, body: bytes, encoding: str) -> None:
    site.pages["/feed"] = page(body, Content_Encoding=encoding)
    reply = http.get(site.url("/feed"), {}, BUDGET)
    assert reply.body == b"<rss/>" * 9_000
    assert reply.bytes_read == len(body)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"x" * (MAX_BODY + 1), ""),
        (gzip.compress(b"\0" * 200_000_000, 9), "gzip"),
        (gzip.compress(b"\0" * 200_000_000, 9), ""),
        (zlib.compress(b"\0" * 200_000_000, 9), "deflate"),
    ],
    ids=["plain", "gzip bomb", "gzip bomb, not announced", "deflate bomb"],
)
def test_more_than_five_megabytes_are_refused(site: Site, http: GuardedHttp, body: bytes, encoding: str) -> None:
    site.pages["/feed"] = page(body, Content_Encoding=encoding)
    with pytest.raises(FetchError, match="larger than 5 MB"):
        http.get(site.url("/feed"), {}, BUDGET)
    assert len(site.asked) == 1, "it would not be smaller the second time"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"no gzip", "gzip"), (gzip.compress(b"x" * 99)[:-9], "gzip"), (b"x", "br")],
    ids=["no gzip", "cut off", "unknown"],
)
def test_broken_compression_is_named(site: Site, http: GuardedHttp, body: bytes, encoding: str) -> None:
    site.pages["/feed"] = page(body, Content_Encoding=encoding)
    with pytest.raises(FetchError, match=f"{encoding}"):
        http.get(site.url("/feed"), {}, BUDGET)


@given(data=st.binary(max_size=3_000), cuts=st.integers(1, 50), level=st.integers(0, 9))
def test_inflating_gives_back_what_was_deflated(data: bytes, cuts: int, level: int) -> None:
    packed = gzip.compress(data * 50, level)
    chunks = [packed[i : i + cuts] for i in range(0, len(packed), cuts)]
    assert b"".join(inflated(chunks, encoding="gzip", cap=len(data) * 50)) == data * 50
    if data:
        with pytest.raises(TooLargeError):
            list(inflated(chunks, encoding="gzip", cap=len(data) * 50 - 1))
    with pytest.raises(BrokenStreamError):
        list(inflated([packed[:-1]], encoding="gzip", cap=10**9))


def dripping(part: str) -> Handler:
    """One byte now and then, for ever, of the body, the head or a chunk's length."""

    def slowly(request: BaseHTTPRequestHandler) -> None:
        if part != "head":
            request.send_response(200)
            request.send_header(*(("Transfer-Encoding", "chunked") if part == "chunks" else ("X-Endless", "yes")))
            request.end_headers()
        stop = threading.Event()
        while not stop.wait(0.02):
            request.wfile.write({"body": b"x", "head": b"H", "chunks": b"0"}[part])

    return slowly


@pytest.mark.parametrize("part", ["body", "head", "chunks"])
def test_an_endless_drip_ends_with_the_budget(site: Site, http: GuardedHttp, part: str) -> None:
    site.pages["/feed"] = dripping(part)
    with pytest.raises(FetchError, match="did not answer completely in the time"):
        http.get(site.url("/feed"), {}, timedelta(seconds=0.5))


def test_redirects_are_followed_and_the_permanent_beginning_is_told(site: Site, http: GuardedHttp) -> None:
    site.pages |= {
        "/old": page(status=301, Location="/new"),
        "/new": page(status=308, Location=site.url("/newest")),
        "/newest": page(status=302, Location="/today"),
        "/today": page(b"x"),
    }
    reply = http.get(site.url("/old"), {}, BUDGET)
    assert reply.url == site.url("/today")
    assert reply.moved_permanently_to == site.url("/newest")


def test_a_temporary_redirect_is_no_move(site: Site, http: GuardedHttp) -> None:
    site.pages |= {"/a": page(status=302, Location="/b"), "/b": page(status=301, Location="/c"), "/c": page(b"x")}
    assert http.get(site.url("/a"), {}, BUDGET).moved_permanently_to is None


def test_a_loop_of_redirects_ends(site: Site, http: GuardedHttp) -> None:
    site.pages["/loop"] = page(status=302, Location="/loop")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        http.get(site.url("/loop"), {}, BUDGET)
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "http://localhost:1/",
        "http://0.0.0.0/",
        "file:///etc/passwd",
        "gopher://n.example/",
        "http://user:pass@n.example/",
    ],
)
def test_a_redirect_leads_nowhere_inside(site: Site, http: GuardedHttp, target: str) -> None:
    site.pages["/feed"] = page(status=302, Location=target)
    with pytest.raises(RefusedAddressError):
        http.get(site.url("/feed"), {}, BUDGET)


@pytest.mark.parametrize("address", ["10.0.0.7", "127.0.0.1", "100.64.1.1", "::1", "fd00::1", "64:ff9b::a00:1"])
def test_a_name_that_resolves_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    answers = [("93.184.216.34", 80), (address, 80)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", answer) for answer in answers])
    with pytest.raises(RefusedAddressError, match=r"innocent\.example.*only public"):
        GuardedHttp().get("http://innocent.example/", {}, BUDGET)


def test_we_connect_to_the_very_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the second answer is another one, but nobody asks a second time."""
    asked, called = [], []

    def resolve(host: str, port: int, **kwargs: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", port))
        ]

    def connect(sock: socket.socket, address: object) -> None:
        called.append(address)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(FetchError, match="only public"):
        GuardedHttp(sleep=lambda _: None).get("http://rebind.example/", {}, BUDGET)
    assert called == [("93.184.216.34", 80)]


def test_only_the_exact_pair_is_exempt(site: Site) -> None:
    host, port = site.host.split(":")
    site.pages["/feed"] = page(b"x")
    for near_miss in (
        frozenset({host}),
        frozenset({f"{host}:{int(port) + 1}"}),
        frozenset({f"localhost:{port}"}),
        frozenset(),
    ):
        with pytest.raises(RefusedAddressError):
            GuardedHttp(allow_hosts=near_miss).get(site.url("/feed"), {}, BUDGET)
    assert site.asked == []


@pytest.mark.parametrize(("status", "times"), [(502, ATTEMPTS), (503, ATTEMPTS), (504, ATTEMPTS), (500, 1)])
def test_a_passing_fault_is_tried_again(site: Site, http: GuardedHttp, pauses: Pauses, status: int, times: int) -> None:
    site.pages["/feed"] = page(status=status)
    assert http.get(site.url("/feed"), {}, BUDGET).status == status
    assert len(site.asked) == times
    assert pauses == sorted(pauses)
    assert len(pauses) == times - 1


def test_a_broken_connection_is_tried_again(site: Site, http: GuardedHttp) -> None:
    site.pages["/feed"] = in_turn(page(b"short", Content_Length="99"), page(b"whole"))
    assert http.get(site.url("/feed"), {}, BUDGET).body == b"whole"


def test_no_pause_outlasts_the_budget(site: Site, http: GuardedHttp, pauses: Pauses) -> None:
    site.pages["/feed"] = page(status=503)
    http.get(site.url("/feed"), {}, timedelta(seconds=0.3))
    assert pauses == []


@pytest.mark.parametrize(
    ("status", "said", "wait"),
    [
        (429, "120", 120),
        (503, "7", 7),
        (429, format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (429, format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        (429, "999999999999", 86_400),
        (429, "soon", None),
        (429, "-5", None),
    ],
)
def test_a_plea_to_wait_is_passed_on_not_slept(
    site: Site, http: GuardedHttp, pauses: Pauses, status: int, said: str, wait: float | None
) -> None:
    site.pages["/feed"] = page(status=status, Retry_After=said)
    with pytest.raises(FetchError, match="slow down") as caught:
        http.get(site.url("/feed"), {}, BUDGET)
    assert caught.value.retry_after == wait
    assert pauses == []


def test_errors_keep_secrets(site: Site, http: GuardedHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/feed"] = page(status=429)
    with pytest.raises(FetchError) as caught:
        http.get(site.url("/feed?token=hunter2#hunter2"), {}, BUDGET)
    assert "/feed" in caught.value.reason
    assert "hunter2" not in str(caught.value)
    with pytest.raises(FetchError) as refused:
        http.get("http://bob:hunter2@n.example/x?token=hunter2", {}, BUDGET)
    assert "hunter2" not in str(refused.value)

    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(FetchError, match="cannot be resolved") as unresolved:
        http.get("http://no-such-host.invalid/x?token=hunter2", {}, BUDGET)
    assert "hunter2" not in str(unresolved.value)


@pytest.mark.parametrize("url", ["", "n.example/x", "http://", "http://[::1", "http://n.example:port/", "http://a..b/"])
def test_an_unreadable_address_is_an_error_of_ours(http: GuardedHttp, url: str) -> None:
    with pytest.raises(FetchError):
        http.get(url, {}, BUDGET)


def test_proxies_of_the_environment_are_not_used(
    site: Site, http: GuardedHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    site.pages["/feed"] = page(b"x")
    assert http.get(site.url("/feed"), {}, BUDGET).body == b"x"


def test_cookies_are_neither_kept_nor_sent(site: Site, http: GuardedHttp) -> None:
    site.pages["/feed"] = page(b"x", Set_Cookie="a=b")
    http.get(site.url("/feed"), {}, BUDGET)
    http.get(site.url("/feed"), {}, BUDGET)
    assert "cookie" not in site.asked[1][1]


def test_a_secret_header_goes_to_the_first_host_only(site: Site) -> None:
    # GIVEN a source that redirects first within itself, then to a stranger
    stranger = Site()
    both = GuardedHttp(allow_hosts=frozenset({site.host, stranger.host}))
    try:
        site.pages["/a"] = page(status=302, Location="/b")
        site.pages["/b"] = page(status=302, Location=stranger.url("/c"))
        stranger.pages["/c"] = page(b"x")

        # WHEN it is asked with a token
        both.get(site.url("/a"), {"Accept": "x/y"}, BUDGET, private={"Authorization": "Bearer hunter2"})
    finally:
        stranger.close()

    # THEN the token stays with it; what is no secret goes along
    assert [asked["authorization"] for _, asked in site.asked] == ["Bearer hunter2"] * 2
    assert "authorization" not in stranger.asked[0][1]
    assert stranger.asked[0][1]["accept"] == "x/y"


def test_what_is_sent_is_sent_once(site: Site, http: GuardedHttp, pauses: Pauses) -> None:
    site.pages["/login"] = page(b"{}", status=503)
    assert http.post(site.url("/login"), {}, BUDGET, data=b"{}").status == 503
    assert (len(site.asked), pauses) == (1, [])


def test_what_is_sent_follows_no_redirect(site: Site, http: GuardedHttp) -> None:
    site.pages["/login"] = page(status=307, Location=site.url("/other"))
    with pytest.raises(FetchError, match="redirects what was sent"):
        http.post(site.url("/login"), {}, BUDGET, data=b"{}", private={"Authorization": "Basic hunter2"})
    assert len(site.asked) == 1


def test_a_plea_to_wait_may_be_read_by_who_asks(site: Site, http: GuardedHttp) -> None:
    site.pages["/api"] = page(b'{"why": "daily quota"}', status=429)
    found = http.get(site.url("/api"), {}, BUDGET, accept_throttle=True)
    assert (found.status, found.body) == (429, b'{"why": "daily quota"}')


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    x509 = pytest.importorskip("cryptography.x509", reason="moto brings cryptography; without it TLS is not tried here")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = built.add_extension(alternative, critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls_site(certificate: Path) -> Iterator[Site]:
    site = Site()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    yield site
    site.close()


def test_tls_is_verified(tls_site: Site, certificate: Path) -> None:
    tls_site.pages |= {"/feed": page(b"x"), "/down": page(status=302, Location="http://n.example/")}
    allowed = frozenset({tls_site.host})
    with pytest.raises(FetchError, match="certificate is not valid"):
        GuardedHttp(allow_hosts=allowed, sleep=lambda _: None).get(f"https://{tls_site.host}/feed", {}, BUDGET)
    trusting = GuardedHttp(allow_hosts=allowed, ca_file=str(certificate))
    assert trusting.get(f"https://{tls_site.host}/feed", {}, BUDGET).body == b"x"
    with pytest.raises(RefusedAddressError, match="from https to http"):
        trusting.get(f"https://{tls_site.host}/down", {}, BUDGET)


def test_a_drip_over_tls_ends_too(tls_site: Site, certificate: Path) -> None:
    tls_site.pages["/feed"] = dripping("body")
    http = GuardedHttp(allow_hosts=frozenset({tls_site.host}), ca_file=str(certificate))
    with pytest.raises(FetchError, match="did not answer completely in the time"):
        http.get(f"https://{tls_site.host}/feed", {}, timedelta(seconds=0.5))


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="169.254.0.0/16"))
def test_an_inner_address_stays_inner_however_it_is_wrapped(inner: ipaddress.IPv4Address) -> None:
    packed = inner.packed.hex()
    wrapped = f"{packed[:4]}:{packed[4:]}"
    spellings = (f"::ffff:{inner}", f"::{inner}", f"64:ff9b::{wrapped}", f"2002:{wrapped}::1", f"fe80::5efe:{wrapped}")
    assert all(refusal(spelling) for spelling in (str(inner), *spellings))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_called(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(
    "address",
    (
        "0.0.0.0 127.9.9.9 100.100.100.200 168.63.129.16 192.0.0.192 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 "
        ":: ::1 fe80::1%eth0 ff02::1 fd00:ec2::254 2001:db8::1 64:ff9b:1::1 x"
    ).split(),
)
def test_special_addresses_are_not(address: str) -> None:
    assert refusal(address)
