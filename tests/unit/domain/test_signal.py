from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import scored
from tocsin.domain.reading import Aim, Claim
from tocsin.domain.signal import SIZE, UNKNOWN_REACH, Mark, Signal, logged, matters_of, packed, unlogged, unpacked

SIGNALS = st.builds(
    Signal,
    at=st.integers(0, 2**31 // 60).map(lambda minute: datetime.fromtimestamp(minute * 60, UTC)),
    author=st.integers(0, 2**32 - 1),
    story=st.integers(0, 2**64 - 1),
    place=st.integers(0, 2**16 - 1),
    thread=st.integers(0, 2**16 - 1),
    medium=st.integers(0, 8),
    severity=st.integers(0, 255),
    complaint=st.integers(0, 255),
    reach=st.integers(0, 255),
    shares=st.integers(0, 255),
    scenario=st.integers(0, 22),
    marks=st.integers(0, 255).map(Mark),
    matters=st.integers(0, 2**32 - 1),
)


@given(st.lists(SIGNALS, max_size=20).map(tuple))
def test_what_is_packed_is_unpacked_the_same(signals: tuple[Signal, ...]) -> None:
    form = packed(signals)

    assert len(form) == SIZE * len(signals)
    assert unpacked(form) == signals


@given(st.integers(0, 10**12))
def test_a_logged_count_is_kept_within_six_percent(count: int) -> None:
    back = unlogged(logged(count))

    assert back is not None
    assert abs(back - count) <= 0.06 * (1 + count)


def test_unknown_reach_stays_unknown() -> None:
    assert logged(None) == UNKNOWN_REACH
    assert unlogged(logged(None)) is None


def test_two_wordings_and_two_languages_of_one_matter_share_it_and_the_brands_name_is_none() -> None:
    def matters(text: str, brand: str = "Kavun") -> set[int]:
        return set(matters_of(Signal.of(scored(1, text=text, title=None, brand=brand))))

    assert matters("They charged my card twice") & matters("Двічі списали гроші")
    assert not matters("The parcel never came") & matters("The cashier was rude")
    assert not matters("Shame on Kavun Foods", "Kavun Foods")


def test_what_befell_the_brand_charges_it_only_where_it_is_grave() -> None:
    def marks(aim: Aim, severity: float) -> Mark:
        one = scored(1)
        reading = one.reading.model_copy(update={"aim": aim, "severity": severity, "claim": Claim.CLAIM})
        return Mark(Signal.of(one.model_copy(update={"reading": reading})).marks)

    assert Mark.BLAMES in marks(Aim.STRUCK, 0.9)
    assert Mark.BESIDE not in marks(Aim.STRUCK, 0.9)
    assert Mark.BESIDE in marks(Aim.STRUCK, 0.3)
    assert Mark.BLAMES not in marks(Aim.OTHER, 0.3)
