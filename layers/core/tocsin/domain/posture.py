"""Which answers fit a crisis and which make it worse: Situational Crisis Communication Theory.

Coombs 2007, doi:10.1057/palgrave.crr.1550049; outrage: Coombs & Tachkova 2023; a challenge is no crisis yet:
doi:10.1057/s41299-019-00070-4. Attacking the accuser and looking for a scapegoat are in no plan of ours.
"""

from collections.abc import Iterable
from enum import StrEnum

from tocsin.domain.model import Frozen


class Cluster(StrEnum):
    """How much people hold the brand responsible. A challenge is a public threat of a crisis."""

    VICTIM = "victim"
    CHALLENGE = "challenge"
    ACCIDENTAL = "accidental"
    PREVENTABLE = "preventable"


class Outrage(StrEnum):
    NONE = "none"
    MODERATE = "moderate"
    EXTREME = "extreme"

    @property
    def rank(self) -> int:
        return list(Outrage).index(self)


class Truth(StrEnum):
    """What a person has found out of the claim."""

    UNKNOWN = "unknown"
    TRUE = "true"
    FALSE = "false"


class Posture(StrEnum):
    BASE = "base"
    DENY = "deny"
    DIMINISH = "diminish"
    REBUILD = "rebuild"
    BOLSTER = "bolster"
    PARACRISIS = "paracrisis"


class Strategy(StrEnum):
    INSTRUCT = "instruct"
    ADJUST = "adjust"
    DENIAL = "denial"
    EXCUSE = "excuse"
    JUSTIFY = "justify"
    COMPENSATE = "compensate"
    APOLOGISE = "apologise"
    REMIND = "remind"
    THANK = "thank"
    VICTIMAGE = "victimage"
    RECOGNISE = "recognise"
    REVISE = "revise"
    REFORM = "reform"
    REFUTE = "refute"
    REFUSE = "refuse"


POSTURE_OF = {
    Strategy.INSTRUCT: Posture.BASE,
    Strategy.ADJUST: Posture.BASE,
    Strategy.DENIAL: Posture.DENY,
    Strategy.EXCUSE: Posture.DIMINISH,
    Strategy.JUSTIFY: Posture.DIMINISH,
    Strategy.COMPENSATE: Posture.REBUILD,
    Strategy.APOLOGISE: Posture.REBUILD,
    Strategy.REMIND: Posture.BOLSTER,
    Strategy.THANK: Posture.BOLSTER,
    Strategy.VICTIMAGE: Posture.BOLSTER,
    Strategy.RECOGNISE: Posture.PARACRISIS,
    Strategy.REVISE: Posture.PARACRISIS,
    Strategy.REFORM: Posture.PARACRISIS,
    Strategy.REFUTE: Posture.PARACRISIS,
    Strategy.REFUSE: Posture.PARACRISIS,
}


OPEN = frozenset({Strategy.INSTRUCT, Strategy.ADJUST, Strategy.RECOGNISE})
"""They promise and deny nothing, so that they need no finding: to hear a challenge out is one of them."""


class Objection(StrEnum):
    """Why this plan is refused."""

    UNVERIFIED = "unverified"
    """Until somebody has found out whether it is true, only base information goes out."""
    BASE_MISSING = "base_missing"
    """Whoever is hurt or at risk first needs to hear how to protect themselves."""
    UNPROVEN = "unproven"
    """A denial needs its proof attached."""
    DENIES_THE_TRUTH = "denies_the_truth"
    DENY_MIXED = "deny_mixed"
    """Beside an excuse or an apology a denial wears down both."""
    DIMINISHES_HARM = "diminishes_harm"
    """People were hurt, or are beside themselves: nothing is made small."""
    DIMINISHES_GUILT = "diminishes_guilt"
    """It could have been prevented."""
    UNSIGNED = "unsigned"
    """An apology or compensation is a promise: somebody with budget and law behind them signs it."""
    BOLSTER_ALONE = "bolster_alone"
    """Praise of oneself is no answer by itself."""
    NO_VICTIM = "no_victim"
    """Whoever is responsible is not the victim."""
    REFUSES_A_TRUE_CHALLENGE = "refuses_a_true_challenge"
    PLAN_FORBIDS = "plan_forbids"
    """The playbook of this scenario rules it out; if the scenario is another one, say so first."""


class Situation(Frozen):
    """``cluster`` of the scenario; ``history``: crises before this one, or a bad name already."""

    cluster: Cluster
    truth: Truth = Truth.UNKNOWN
    injuries: bool = False
    outrage: Outrage = Outrage.NONE
    history: bool = False

    @property
    def weighed(self) -> Cluster:
        """The cluster as people see it: with a history, one further up."""
        return _NEXT.get(self.cluster, self.cluster) if self.history else self.cluster


_NEXT = {
    Cluster.VICTIM: Cluster.ACCIDENTAL,
    Cluster.CHALLENGE: Cluster.PREVENTABLE,
    Cluster.ACCIDENTAL: Cluster.PREVENTABLE,
}


def objections(
    situation: Situation,
    strategies: Iterable[Strategy],
    *,
    proof: bool = False,
    signed: bool = False,
    forbidden: Iterable[Posture] = (),
) -> tuple[Objection, ...]:
    """All that speaks against answering this way; none: the plan may go to its approver. ``forbidden``: what the
    playbook rules out."""
    chosen = frozenset(strategies)
    postures = {POSTURE_OF[strategy] for strategy in chosen}
    found = [Objection.UNVERIFIED] if situation.truth is Truth.UNKNOWN and not chosen <= OPEN else []
    needs_base = situation.injuries or situation.weighed in {Cluster.VICTIM, Cluster.PREVENTABLE}
    if chosen and needs_base and Posture.BASE not in postures:
        found.append(Objection.BASE_MISSING)
    if Posture.DENY in postures:
        found += _against_denial(situation, postures, proof=proof)
    if Posture.DIMINISH in postures:
        found += _against_diminishing(situation)
    if Posture.REBUILD in postures and not signed:
        found.append(Objection.UNSIGNED)
    if _alone(chosen, postures):
        found.append(Objection.BOLSTER_ALONE)
    if Strategy.VICTIMAGE in chosen and situation.weighed is not Cluster.VICTIM:
        found.append(Objection.NO_VICTIM)
    if chosen & {Strategy.REFUTE, Strategy.REFUSE} and situation.truth is Truth.TRUE:
        found.append(Objection.REFUSES_A_TRUE_CHALLENGE)
    if Strategy.REFUTE in chosen and not proof:
        found.append(Objection.UNPROVEN)
    if postures & set(forbidden):
        found.append(Objection.PLAN_FORBIDS)
    return tuple(dict.fromkeys(found))


def _alone(chosen: frozenset[Strategy], postures: set[Posture]) -> bool:
    """Whoever is the victim may say so beside the base; praise of oneself needs an answer that it stands beside."""
    if Posture.BOLSTER not in postures or postures - {Posture.BASE, Posture.BOLSTER}:
        return False
    return bool(chosen & {Strategy.REMIND, Strategy.THANK}) or Posture.BASE not in postures


def _against_denial(situation: Situation, postures: set[Posture], *, proof: bool) -> list[Objection]:
    found = [] if proof else [Objection.UNPROVEN]
    if situation.truth is Truth.TRUE:
        found.append(Objection.DENIES_THE_TRUTH)
    if postures & {Posture.DIMINISH, Posture.REBUILD}:
        found.append(Objection.DENY_MIXED)
    return found


def _against_diminishing(situation: Situation) -> list[Objection]:
    harm = situation.injuries or situation.outrage is Outrage.EXTREME
    guilt = situation.weighed is Cluster.PREVENTABLE
    return [
        *([Objection.DIMINISHES_HARM] if harm else []),
        *([Objection.DIMINISHES_GUILT] if guilt else []),
    ]


def advised(situation: Situation) -> tuple[Strategy, ...]:
    """What the theory asks for, before sign-off and proof: the base first."""
    if situation.truth is Truth.UNKNOWN:
        hear = (Strategy.RECOGNISE,) if situation.cluster is Cluster.CHALLENGE else ()
        return (Strategy.INSTRUCT, Strategy.ADJUST, *hear)
    base = (Strategy.INSTRUCT, Strategy.ADJUST)
    if situation.truth is Truth.FALSE:
        return (*base, Strategy.REFUTE) if situation.cluster is Cluster.CHALLENGE else (*base, Strategy.DENIAL)
    if situation.cluster is Cluster.CHALLENGE:
        return (*base, Strategy.RECOGNISE, Strategy.REFORM)
    if situation.weighed is Cluster.PREVENTABLE or situation.injuries or situation.outrage is Outrage.EXTREME:
        return (*base, Strategy.APOLOGISE, Strategy.COMPENSATE)
    return (*base, Strategy.EXCUSE) if situation.weighed is Cluster.ACCIDENTAL else base


class Removal(StrEnum):
    """Why something that others wrote might go."""

    CRITICISM = "criticism"
    ILLEGAL = "illegal"
    PERSONAL_DATA = "personal_data"
    THREAT = "threat"
    SPAM = "spam"


class Obstacle(StrEnum):
    """Why something that others wrote has to stay."""

    CRITICISM = "criticism"
    """It is answered, never deleted."""
    NO_POLICY = "no_policy"
    POLICY_NOT_FOUND = "policy_not_found"
    """A person says that one is published, and the last look found none: its address is wanted."""
    NO_EVIDENCE = "no_evidence"
    UNSIGNED = "unsigned"


def obstacles(
    why: Removal, *, policy_published: bool, evidence_kept: bool, signed: bool, policy_found: bool = True
) -> tuple[Obstacle, ...]:
    """Criticism never goes; the rest by a published policy, with the evidence kept and a lawyer's word.
    ``policy_found``: by a look, where somebody says that it is published."""
    if why is Removal.CRITICISM:
        return (Obstacle.CRITICISM,)
    missing = {
        Obstacle.NO_POLICY: policy_published,
        Obstacle.POLICY_NOT_FOUND: policy_found or not policy_published,
        Obstacle.NO_EVIDENCE: evidence_kept,
        Obstacle.UNSIGNED: signed,
    }
    return tuple(obstacle for obstacle, there in missing.items() if not there)
