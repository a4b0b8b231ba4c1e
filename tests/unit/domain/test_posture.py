"""Protects: advice that makes it worse is refused, whatever the case, and what the theory asks for is never refused."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.posture import (
    OPEN,
    POSTURE_OF,
    Cluster,
    Objection,
    Outrage,
    Posture,
    Removal,
    Situation,
    Strategy,
    Truth,
    advised,
    objections,
    obstacles,
)

situations = st.builds(
    Situation,
    cluster=st.sampled_from(Cluster),
    truth=st.sampled_from(Truth),
    injuries=st.booleans(),
    outrage=st.sampled_from(Outrage),
    history=st.booleans(),
)
plans = st.frozensets(st.sampled_from(Strategy), min_size=1)


@given(situations)
def test_what_is_advised_has_nothing_against_it_once_signed_and_proven(situation: Situation) -> None:
    assert objections(situation, advised(situation), proof=True, signed=True) == ()


@given(situations, plans)
def test_until_it_is_verified_only_what_promises_and_denies_nothing_goes_out(
    situation: Situation, plan: frozenset[Strategy]
) -> None:
    unknown = situation.model_copy(update={"truth": Truth.UNKNOWN})
    said = objections(unknown, plan, proof=True, signed=True)
    assert (Objection.UNVERIFIED in said) == (not plan <= OPEN)


@given(situations, plans, st.booleans())
def test_a_denial_never_passes_unproven_untrue_or_mixed(
    situation: Situation, plan: frozenset[Strategy], signed: bool
) -> None:
    denial = plan | {Strategy.DENIAL}
    assert Objection.UNPROVEN in objections(situation, denial, proof=False, signed=signed)
    true = situation.model_copy(update={"truth": Truth.TRUE})
    assert Objection.DENIES_THE_TRUTH in objections(true, denial, proof=True, signed=True)
    for other in (Strategy.EXCUSE, Strategy.APOLOGISE):
        assert Objection.DENY_MIXED in objections(situation, denial | {other}, proof=True, signed=True)


@given(situations, plans)
def test_nothing_is_made_small_where_people_were_hurt(situation: Situation, plan: frozenset[Strategy]) -> None:
    hurt = situation.model_copy(update={"injuries": True})
    assert Objection.DIMINISHES_HARM in objections(hurt, plan | {Strategy.EXCUSE}, proof=True, signed=True)


@given(situations, plans, st.booleans())
def test_a_promise_without_a_signature_never_passes(
    situation: Situation, plan: frozenset[Strategy], proof: bool
) -> None:
    assert Objection.UNSIGNED in objections(situation, plan | {Strategy.COMPENSATE}, proof=proof, signed=False)


@given(situations, plans, st.booleans(), st.booleans())
def test_proof_and_signature_only_ever_take_objections_away(
    situation: Situation, plan: frozenset[Strategy], proof: bool, signed: bool
) -> None:
    with_all = set(objections(situation, plan, proof=True, signed=True))
    assert with_all <= set(objections(situation, plan, proof=proof, signed=signed))


@given(situations)
def test_a_history_never_makes_people_more_lenient(situation: Situation) -> None:
    order = [Cluster.VICTIM, Cluster.CHALLENGE, Cluster.ACCIDENTAL, Cluster.PREVENTABLE]
    worse = situation.model_copy(update={"history": True})
    assert order.index(worse.weighed) >= order.index(situation.cluster)


@given(st.sampled_from(Strategy))
def test_every_strategy_has_a_posture(strategy: Strategy) -> None:
    assert POSTURE_OF[strategy] in set(Posture)


@given(st.booleans(), st.booleans(), st.booleans())
def test_criticism_is_never_removed(published: bool, kept: bool, signed: bool) -> None:
    assert obstacles(Removal.CRITICISM, policy_published=published, evidence_kept=kept, signed=signed)
    everything = published and kept and signed
    assert bool(obstacles(Removal.SPAM, policy_published=published, evidence_kept=kept, signed=signed)) != everything
