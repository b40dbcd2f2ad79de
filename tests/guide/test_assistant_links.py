"""Every page of the guide that the assistant may link to is there, and so is the place on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.onboarding import onboarding_reply
from bot.chat.wording import Writer
from eligibility.answers import read_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.replies import Reply


def every_reply(engine) -> Iterator[Reply]:
    """The answer on each topic; the verdict on each profession and structure; the steps of one who is eligible."""
    base, writer = engine.base, Writer(engine.base)
    for topic in base.sections.topics:
        yield writer.topic_reply([topic.id])
    for name in base.professions:
        yield writer.verdict_reply([engine.decide(read_answers(base, {"profession": name}))], ["self"])
    for name in base.structures:
        for need in ("service", "automatic", "practice"):
            answers = read_answers(
                base, {"employer": name, "need": need, "ident": "finess", "habil": "yes"}, "structure"
            )
            yield writer.verdict_reply([engine.decide(answers)], ["structure"])
    eligible = engine.decide(read_answers(base, {"profession": "infirmier", "rpps": "active"}))
    yield onboarding_reply(writer, eligible, "")


def test_every_link_of_the_assistant_leads_to_its_place(engine, guide):
    dead = set()
    for reply in every_reply(engine):
        for label, address in reply.links:
            path, _, anchor = address.partition("#")
            page = guide.pages.get(path)
            if page is None or (anchor and anchor not in page.ids):
                dead.add((label, address))

    assert not dead
