"""Protects: whatever goes wrong on the way to a platform, nothing is lost, nothing is heard twice, no budget is
overrun, nobody but the platform is asked and no secret is told.

The whole fetch use-case with the real connectors and the real GuardedHttp, against fakes over loopback.
"""

import logging
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.loopback import Call, Fault, Loopback, LoopbackHttp
from tests.support.platforms import FAMILIES
from tests.support.platforms.social import X
from tests.support.platforms.stage import SECRET, Plan, Stage, storm
from tocsin.adapters.http_guard import MAX_REDIRECTS
from tocsin.adapters.memory import MemoryQueue
from tocsin.domain.errors import Trouble
from tocsin.domain.mention import Mention
from tocsin.services.fetch import LEASE, FetchReport

PATIENCE = timedelta(seconds=0.15)
"""So long may a request take where a platform drips: it stands for the 20 s of a look."""


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    server = Loopback()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def no_secret_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, logger="tocsin")
    yield
    assert SECRET not in caplog.text
    assert "PRIVATE KEY" not in caplog.text


def cases() -> Iterator[ParameterSet]:
    for name, family in FAMILIES.items():
        for fault in Fault:
            if fault is Fault.EXPIRED and not family.secret:
                continue
            yield pytest.param(name, fault, id=f"{name}-{fault.name}")


@pytest.mark.parametrize(("name", "fault"), list(cases()))
def test_a_storm_of_one_fault_loses_nothing(loopback: Loopback, name: str, fault: Fault) -> None:
    family = FAMILIES[name]
    stage = Stage(loopback, [family], patience=PATIENCE if fault is Fault.DRIP else None, seed=len(fault))
    every = int(family.source["every"])
    # GIVEN a source that is heard
    stage.begin()
    stage.minutes(every + 1, rate=family.rate)
    # WHEN it fails for a while, and people go on writing, at last many at once
    stage.plan = storm([fault], odds=0.1 if fault is Fault.DRIP else 0.6, seed=len(name))
    stage.minutes(min(2 * every, 45), rate=family.rate)
    stage.burst(family.burst)
    stage.minutes(max(every, 10), rate=family.rate)
    assert any(call.fault is fault for call in loopback.calls)
    stage.calm()
    # THEN
    stage.check()


@pytest.mark.parametrize("minutes_ahead", [-3, 3])
@pytest.mark.parametrize("name", FAMILIES)
def test_a_platforms_clock_may_be_wrong_by_minutes(loopback: Loopback, name: str, minutes_ahead: int) -> None:
    family = FAMILIES[name]
    stage = Stage(loopback, [family], late=timedelta(), skew=timedelta(minutes=minutes_ahead))
    stage.begin()
    stage.minutes(2 * int(family.source["every"]), rate=0.3)
    stage.calm()
    stage.check()


def test_all_platforms_at_once_on_a_bad_day(loopback: Loopback) -> None:
    """One client's file, eight looks at a time, every fault but the slow one."""
    one_of_each_host = FAMILIES.keys() - {"Youtube", "Instagram", "GooglePlay"}
    families = [FAMILIES[name] for name in sorted(one_of_each_host)]
    stage = Stage(loopback, families, seed=5)
    stage.begin()
    stage.minutes(10, rate=0.15)
    stage.plan = storm([fault for fault in Fault if fault not in {Fault.DRIP, Fault.EXPIRED}], odds=0.5, seed=5)
    stage.minutes(30, rate=0.15)
    stage.calm(looks=2)
    stage.check()


REPRESENTATIVE = ("Mastodon", "HackerNews", "GoogleBusiness")
"""One of each way to read on: down to a time, by windows, down to what is known."""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    phases=st.lists(
        st.tuples(
            st.sets(st.sampled_from([fault for fault in Fault if fault is not Fault.DRIP])),
            st.integers(1, 25),
            st.sampled_from([0, 0, 3, 20]),
        ),
        max_size=5,
    ),
    seed=st.integers(0, 10_000),
)
def test_any_plan_of_faults_loses_nothing(
    loopback: Loopback, phases: list[tuple[set[Fault], int, int]], seed: int
) -> None:
    stage = Stage(loopback, [FAMILIES[name] for name in REPRESENTATIVE], seed=seed)
    stage.begin()
    for faults, minutes, burst in phases:
        # An empty list can be told from silence within an overlap alone: the phases have less than that hour between
        # two true answers, or none of it.
        stage.plan = storm(sorted(faults), odds=0.5, seed=seed) if faults else (lambda _: None)
        stage.burst(burst)
        stage.minutes(minutes, rate=0.2)
    stage.calm()
    stage.check()


# ----------------------------------------------------------------------------------------------------- single faults


def on_the(number: int, fault: Fault, *, path: str = "") -> Plan:
    """The fault befalls one request alone, counted from 1 among those whose path holds ``path``."""
    count = iter(range(1, 1_000_000))
    return lambda call: fault if path in call.path and next(count) == number else None


@pytest.fixture(scope="module")
def certificate_of_another(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "another.example")])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("another.example")]), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("name", ["Feeds", "X", "Reddit", "GoogleBusiness"])
def test_tls_to_the_wrong_host_is_told_nothing(
    loopback: Loopback, certificate_of_another: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    # GIVEN an authority that we trust, and a certificate of somebody else's
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_of_another)
    impostor = Loopback()
    impostor.server.socket = context.wrap_socket(impostor.server.socket, server_side=True)
    family = FAMILIES[name]
    stage = Stage(loopback, [family])
    good = stage.http
    trusting = LoopbackHttp(impostor.port, clock=stage.now, scheme="https", ca_file=str(certificate_of_another))
    try:
        # WHEN it stands where the platform is due
        stage.use(trusting)
        impostor.site = stage
        stage.begin()
        (state,) = stage.sources.states().values()
        assert "TLS certificate is not valid" in (state.reason or "")
        assert state.trouble is Trouble.NETWORK
        # THEN it got no request, let alone a secret
        assert impostor.calls == []
    finally:
        impostor.close()
    stage.use(good)
    stage.calm()
    stage.check()


def test_a_redirect_to_itself_ends_after_a_few_steps(loopback: Loopback) -> None:
    stage = Stage(loopback, [FAMILIES["Telegram"]])
    stage.plan = lambda _: Fault.LOOP
    stage.begin()
    assert stage.state("telegram").trouble is Trouble.DOWN
    assert len(loopback.calls) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    ("name", "path"),
    [("Bluesky", "searchPosts"), ("Reddit", "/search"), ("GooglePlay", "/reviews"), ("GoogleBusiness", "/reviews")],
)
def test_a_token_that_ends_in_mid_page_is_renewed_within_the_look(loopback: Loopback, name: str, path: str) -> None:
    family = FAMILIES[name]
    stage = Stage(loopback, [family])
    stage.begin()
    stage.burst(family.burst)
    stage.plan = on_the(2, Fault.EXPIRED, path=path)
    stage.minutes(int(family.source["every"]))
    # THEN this very look heard all
    assert not stage.state(family.kind).failures
    stage.check()
    logins = [call for call in loopback.calls if call.method == "POST"]
    assert len(logins) == 2
    if name == "Bluesky":
        assert [call.path.rpartition(".")[2] for call in logins] == ["createSession", "refreshSession"]


def test_a_token_that_only_a_person_can_renew_is_named_and_then_goes_on(loopback: Loopback) -> None:
    stage = Stage(loopback, [FAMILIES["Facebook"]])
    stage.begin()
    stage.plan = lambda _: Fault.EXPIRED
    stage.minutes(30, rate=0.3)
    state = stage.state("facebook")
    assert (state.trouble, "Session has expired" in (state.reason or "")) == (Trouble.AUTH, True)
    stage.calm()
    stage.check()


class CrashingQueue(MemoryQueue):
    """Takes the mentions, and then the function dies."""

    crash = False

    def send(self, mentions: Sequence[Mention], *, history: bool = False) -> None:
        super().send(mentions, history=history)
        if self.crash and mentions:
            raise ConnectionError("the function is gone")


@pytest.mark.parametrize("name", ["Feeds", "Bluesky", "HackerNews", "AppStore", "Mention"])
def test_a_crash_between_queue_and_cursor_repeats_the_same_ids_and_loses_none(loopback: Loopback, name: str) -> None:
    family = FAMILIES[name]
    stage = Stage(loopback, [family])
    stage.begin()
    queue = CrashingQueue()
    fetch = stage.function(queue=queue)
    stage.burst(3)
    stage.at += timedelta(minutes=int(family.source["every"]))
    queue.crash = True
    with pytest.raises(ConnectionError):
        fetch.run()
    queue.crash = False
    stage.at += timedelta(minutes=2)
    fetch.run()
    first, again = queue.mentions[:3], queue.mentions[3:]
    assert {mention.id for mention in first} == {mention.id for mention in again}
    assert len(first) == len(again) == 3
    stage.at += timedelta(minutes=int(family.source["every"]))
    fetch.run()
    assert len(queue.mentions) == 6, "once the cursor is kept, nothing comes again"


@pytest.mark.parametrize("name", ["Feeds", "Reddit", "GoogleBusiness"])
def test_two_runs_at_once_look_once(loopback: Loopback, name: str) -> None:
    family = FAMILIES[name]
    stage = Stage(loopback, [family])
    stage.begin()
    stage.burst(4)
    others: list[FetchReport] = []

    def meanwhile(call: Call) -> None:
        if not others:
            others.append(FetchReport())
            others[0] = stage.function().run()

    stage.plan = meanwhile
    stage.minutes(int(family.source["every"]))
    assert others == [FetchReport()]
    stage.calm()
    stage.check()


def test_a_run_that_lost_its_lease_moves_no_cursor(loopback: Loopback) -> None:
    stage = Stage(loopback, [FAMILIES["HackerNews"]])
    stage.begin()
    stage.burst(4)
    stage.at += timedelta(minutes=5)
    before = stage.at
    others: list[FetchReport] = []

    def meanwhile(call: Call) -> None:
        if not others:
            others.append(FetchReport())
            stage.at += LEASE + timedelta(minutes=4)  # this run was thought dead, and another takes over
            others[0] = stage.function().run()

    stage.plan = meanwhile
    (late,) = stage.fetch.run().looks
    assert stage.at > before
    assert "taken over by another run" in (late.reason or "")
    assert others[0].mentions == 4
    ids = [mention.id for mention in stage.queue.mentions]
    assert len(set(ids)) == 8  # the late one may have sent them too, under the same ids


# ------------------------------------------------------------------------------------------------------------ budgets


def test_money_is_never_overspent_and_sampling_is_said(loopback: Loopback) -> None:
    family = FAMILIES["X"]
    stage = Stage(loopback, [family], sources=[{"kind": "x", "every": 30, "budget": {"usd": 10}}])
    stage.begin()
    stage.plan = storm([Fault.DOWN, Fault.CUT, Fault.SHORT, Fault.THROTTLED], odds=0.3, seed=2)
    said = set()
    for _ in range(24):
        stage.minutes(60, rate=0.5)
        said.add(stage.state("x").sampling)
    stage.calm(looks=1)
    x = stage.families[0]
    assert isinstance(x, X)
    assert x.bill <= Decimal(7)
    assert stage.budgets.used("x", "2026-03").usd <= Decimal(7)
    assert any(line and "so that the budget lasts" in line for line in said)
    stage.check(but={"x": 10_000})


@pytest.mark.parametrize("name", ["NewsApi", "StackExchange", "Youtube"])
def test_calls_stay_within_the_days_budget(loopback: Loopback, name: str) -> None:
    family = FAMILIES[name]
    source = {key: value for key, value in family.source.items() if key != "budget"} | {"every": 5}
    stage = Stage(loopback, [family], sources=[source])
    stage.begin()
    stage.minutes(11 * 60, rate=0.02)  # until shortly before midnight
    asked = sum(call.path.endswith(("/everything", "/advanced", "/search")) for call in loopback.calls)
    allowed = {"NewsApi": 70, "StackExchange": 210, "Youtube": 2 * 35}[name]
    assert 5 < asked <= allowed
    stage.calm()
    stage.check()


# ------------------------------------------------------------------------------------- faults that once cost something


def test_a_feed_that_breaks_off_is_read_again_though_its_etag_says_that_nothing_changed(loopback: Loopback) -> None:
    stage = Stage(loopback, [FAMILIES["Feeds"]])
    stage.begin()
    stage.burst(9)
    stage.plan = lambda _: Fault.SHORT
    stage.minutes(5)
    assert stage.lost(stage.families[0])
    stage.calm()
    stage.check()


@pytest.mark.parametrize("name", ["Mastodon", "Bluesky", "Reddit", "Lemmy", "Discourse"])
def test_empty_lists_do_not_move_what_is_known(loopback: Loopback, name: str) -> None:
    """Longer than any overlap."""
    family = FAMILIES[name]
    stage = Stage(loopback, [family], late=timedelta())
    stage.begin()
    stage.plan = lambda _: Fault.NOTHING
    stage.minutes(180, rate=0.15)
    stage.calm()
    stage.check()


@pytest.mark.parametrize("name", ["Telegram", "X", "Mastodon", "Lemmy"])
def test_an_empty_page_after_a_full_one_is_asked_for_again(loopback: Loopback, name: str) -> None:
    family = FAMILIES[name]
    stage = Stage(loopback, [family])
    stage.begin()
    stage.burst(family.burst)
    stage.plan = on_the(2, Fault.NOTHING)
    stage.minutes(int(family.source["every"]))
    stage.calm()
    stage.check()


def test_a_web_page_for_one_query_does_not_close_its_window(loopback: Loopback) -> None:
    stage = Stage(loopback, [FAMILIES["Github"]], late=timedelta())
    stage.begin()
    stage.plan = lambda call: Fault.HTML if "is:pr" in call.query["q"] else None
    stage.minutes(150, rate=0.15)
    stage.calm()
    stage.check()


@pytest.mark.parametrize("name", [name for name in FAMILIES if name not in {"Feeds", "Facebook", "Instagram"}])
def test_a_plea_to_wait_on_a_later_page_is_heeded(loopback: Loopback, name: str) -> None:
    """Feeds have one page, the others two units on one host."""
    family = FAMILIES[name]
    stage = Stage(loopback, [family])
    stage.begin()
    stage.burst(family.burst)
    stage.plan = on_the(2, Fault.THROTTLED_FOR)
    stage.minutes(int(family.source["every"]) + 12)
    stage.calm()
    stage.check()


def test_a_storm_that_takes_several_looks_is_sent_once(loopback: Loopback) -> None:
    stage = Stage(loopback, [FAMILIES["Gdelt"]])
    stage.begin()
    stage.burst(270)
    stage.calm()
    stage.check()


INTERRUPTED = ("NewsApi", "GooglePlay", "Trustpilot", "Brand24", "Gdelt", "Mention")


@pytest.mark.parametrize("fault", [Fault.THROTTLED_FOR, Fault.DOWN])
@pytest.mark.parametrize("number", [3, 6, 8])
@pytest.mark.parametrize("name", INTERRUPTED)
def test_a_storm_whose_reading_is_interrupted_is_sent_once(
    loopback: Loopback, name: str, number: int, fault: Fault
) -> None:
    stage = Stage(loopback, [FAMILIES[name]])
    stage.begin()
    stage.burst(270)
    stage.plan = on_the(number, fault)
    stage.minutes(int(FAMILIES[name].source["every"]) + 12)
    stage.calm()
    stage.check()
