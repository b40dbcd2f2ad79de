"""What a page shows of a reply: safe HTML, links into the guide, an address that replays it, text to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.web.markdown import plain_text, safe_html
from eligibility.answers import read_answers
from eligibility.phrases import unique, upper_first

if TYPE_CHECKING:
    import datetime

    from markupsafe import Markup

    from bot.chat.conversation import Conversation
    from bot.chat.replies import Reply
    from bot.chat.state import State
    from eligibility.answers import Answers
    from eligibility.decision import Option
    from knowledge.base import Base, SourceRef

KEPT_OUT = frozenset({"donnees_sensibles_chat", "securite_compte"})
"""Topics of refusals whose message may hold what must never be shown again."""


@dataclass(frozen=True)
class Shown:
    """A reply ready for a template. `permalink` and `interview` are queries of ids, or empty."""

    kind: str
    html: Markup
    details: Markup
    copy: str
    options: tuple[Option, ...]
    question: str
    suggestions: list[str]
    sources: list[SourceRef]
    links: list[tuple[str, str]]
    heard: list[str]
    topic: str
    permalink: str
    interview: str
    forget: bool


def shown(conversation: Conversation, state: State, reply: Reply, today: datetime.date) -> Shown:
    """A reply, with the state that follows it, as a page shows it."""
    query = replayed(conversation.base, reply.verdicts[0].answers) if reply.verdicts else ""
    topic = reply.topics[0] if reply.topics else ""
    sure = topic and reply.kind != "clarification"
    options = (reply.asks.options or conversation.options(state)) if reply.asks else ()
    return Shown(
        kind=reply.kind,
        html=safe_html(reply.text),
        details=safe_html(reply.details),
        copy=copied(conversation.base, reply, today),
        options=options,
        question=reply.asks.question if reply.asks else "",
        suggestions=reply.suggestions,
        sources=reply.sources,
        links=[(upper_first(label), f"/{address}") for label, address in reply.links],
        heard=explained(reply),
        topic=topic,
        permalink=query or (urlencode({"rule": reply.rule} if reply.rule else {"topic": topic}) if sure else ""),
        interview=query,
        forget=must_forget(reply),
    )


def replayed(base: Base, answers: Answers) -> str:
    """The query that gives these answers back: ids only."""
    facts = answers.facts()
    if not facts:
        return ""
    says_itself = read_answers(base, facts).about == answers.about
    return urlencode(facts if says_itself else {**facts, "about": answers.about})


def must_forget(reply: Reply) -> bool:
    """Was the message refused for what it holds? It is then not shown again, even to whoever wrote it."""
    return reply.kind == "refusal" and bool(reply.topics) and reply.topics[0] in KEPT_OUT


def copied(base: Base, reply: Reply, today: datetime.date) -> str:
    """The reply as plain text, with its sources and the state of the base."""
    parts = [plain_text(reply.text)]
    if reply.sources:
        parts.append("Sources :\n" + "\n".join(f"- {source_line(ref)}" for ref in reply.sources))
    parts.append(state_line(base, today))
    return "\n\n".join(parts)


def source_line(ref: SourceRef) -> str:
    """A source on one line: title, place, date of check, address."""
    parts = [ref.title, ref.locator, f"vérifié le {ref.checked_on:%d/%m/%Y}", ref.url]
    return ", ".join(part for part in parts if part)


def state_line(base: Base, today: datetime.date) -> str:
    """Which base answered, how long ago it was checked, and whether a jurist has read it."""
    state = base.wording("state", digest=base.digest[:12], day=f"{base.as_of:%d/%m/%Y}")
    return " ".join((state, *base.notices(today)))


def explained(reply: Reply) -> list[str]:
    """How the message was understood: what was recognised or corrected, the rule applied, what else was close."""
    rows = unique(row for verdict in reply.verdicts for row in verdict.rows)
    return [*reply.heard, f"Lignes de décision : {', '.join(rows)}"] if reply.verdicts else reply.heard
