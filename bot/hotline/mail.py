"""What an agent reads aloud, and the e-mail that follows the call: the same answer, its sources, whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from bot.chat.showing import source_line, state_line
from bot.web.markdown import plain_text
from eligibility.phrases import lower_first, unique, upper_first
from eligibility.report import boxes_line, verdict_lines

if TYPE_CHECKING:
    import datetime

    from bot.chat.replies import Reply
    from knowledge.base import Base
    from knowledge.model import Contact

MOST_CONTACTS = 5


def read_aloud(base: Base, reply: Reply) -> str:
    """The short answer, in one breath."""
    if reply.verdicts and reply.kind != "clarification":
        said = [
            " ".join((f"{upper_first(v.subject)}.", *verdict_lines(base, v), boxes_line(base, v)))
            for v in reply.verdicts
        ]
        return "\n".join(said)
    return plain_text(reply.text).partition("\n\n")[0]


def contacts_of(base: Base, reply: Reply, region: str) -> list[Contact]:
    """Whom to ask: the region's own first, then what the topic and the conditions name."""
    names: list[str] = []
    if region:
        names += base.section("regions")[region].contacts
    if reply.verdicts:
        conditions = (c for v in reply.verdicts for c in v.conditions)
        names += [name for condition in conditions for name in base.section("conditions")[condition].contacts]
    topics = base.section("topics")
    names += [name for topic in reply.topics[:1] if topic in topics for name in topics[topic].contacts]
    return [base.section("contacts")[name] for name in list(unique(names))[:MOST_CONTACTS]]


def contact_line(base: Base, contact: Contact) -> str:
    """A contact on one line, marked when its address is to be verified."""
    ways = ", ".join((*contact.email, *contact.phone, *((contact.url,) if contact.url else ())))
    mark = f" ({base.wording('to_verify')})" if contact.to_verify and ways else ""
    return f"{contact.label} : {ways}{mark}" if ways else f"{contact.label} : {lower_first(contact.when)}"


def ready_mail(base: Base, reply: Reply, region: str, site: str, today: datetime.date) -> str:
    """The e-mail, as plain text. `site`: the address of the guide, ending with a slash."""
    question = reply.asks.question if reply.asks else ""
    return render_template(
        "hotline/mail.txt",
        answer=_answer(base, reply, question),
        question=question,
        contacts=[contact_line(base, contact) for contact in contacts_of(base, reply, region)],
        links=[(upper_first(label), site + address) for label, address in reply.links],
        sources=[source_line(ref) for ref in reply.sources],
        state=state_line(base, today),
    ).strip()


def _answer(base: Base, reply: Reply, question: str) -> str:
    """The reply without what the e-mail says in its own place: the question and the contacts."""
    contacts = base.wording("chat.contacts")
    paragraphs = plain_text(reply.text).removesuffix(question).strip().split("\n\n")
    return "\n\n".join(p for p in paragraphs if not p.startswith(contacts))
