"""What was counted of what followed a reply or a statement, in sentences."""

from collections.abc import Iterator, Mapping

from tocsin.domain.case.texts import Result
from tocsin.web.i18n import Reader


def counted_words(reader: Reader, result: Result) -> tuple[str, ...]:
    """Nothing of what a person has said without a figure."""
    return tuple(_sentences(reader, _facts(result)))


def _facts(result: Result) -> dict[str, int]:
    found = (fact.partition("=")[::2] for fact in result.facts)
    return {name: int(value) for name, value in found if value.isdigit()}


def _sentences(reader: Reader, facts: Mapping[str, int]) -> Iterator[str]:
    if {"all_before", "all_after"} & facts.keys():
        yield _share(reader, facts)
    if {"matter_before", "matter_after"} & facts.keys():
        # NOTE: of what came of a statement: how many mentions against the brand were of its matter
        yield reader.gettext(
            "Of this matter: %(before)s before, %(after)s after.",
            before=reader.number(facts.get("matter_before", 0)), after=reader.number(facts.get("matter_after", 0)),
        )  # fmt: skip
    if "usual" in facts:
        yield reader.gettext("Usual for the brand: %(share)s negative.", share=reader.percent(facts["usual"] / 100))
    if "rating_before" in facts and "rating_after" in facts:
        # NOTE: of a review, 1 to 5 stars
        yield reader.gettext(
            "Their rating: %(before)s before, %(after)s after.",
            before=reader.number(facts["rating_before"]), after=reader.number(facts["rating_after"]),
        )  # fmt: skip
    if "author_later" in facts:
        yield reader.ngettext(
            "Whoever was answered wrote %(count)s time since: %(angry)s against the brand, %(kind)s for it.",
            "Whoever was answered wrote %(count)s times since: %(angry)s against the brand, %(kind)s for it.",
            facts["author_later"], angry=reader.number(facts.get("author_angry", 0)),
            kind=reader.number(facts.get("author_kind", 0)),
        )  # fmt: skip
    if "replies" in facts:
        yield reader.ngettext(
            "%(count)s reply in the thread: %(angry)s against the brand, %(kind)s for it.",
            "%(count)s replies in the thread: %(angry)s against the brand, %(kind)s for it.",
            facts["replies"], angry=reader.number(facts.get("angry", 0)), kind=reader.number(facts.get("kind", 0)),
        )  # fmt: skip


def _share(reader: Reader, facts: Mapping[str, int]) -> str:
    before, after = facts.get("all_before", 0), facts.get("all_after", 0)
    # NOTE: how many of the mentions of a brand were negative, before a text went out and after it
    return reader.gettext(
        "Negative before: %(before)s of %(all_before)s. After: %(after)s of %(all_after)s.",
        before=reader.number(facts.get("negative_before", 0)), all_before=reader.number(before),
        after=reader.number(facts.get("negative_after", 0)), all_after=reader.number(after),
    )  # fmt: skip
