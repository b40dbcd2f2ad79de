"""Messages that only make sense after the last reply: « pourquoi ? », « la 2 », « et moi ? », the name of an operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.features import SILENT
from bot.chat.shorthand import POLITE
from bot.chat.state import Person, State
from eligibility.phrases import unique

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.replies import Reply
    from bot.chat.understanding import Understanding
    from bot.chat.wording import Writer
    from eligibility.decision import Decision
    from knowledge.base import Base
    from knowledge.model import Operator

BOX_WORDS = frozenset({"a", "une", "un", "sa", "boite", "bal", "mssante", "adresse", "messagerie"})
PRONOUNS = frozenset({"elle", "il", "elles", "ils", "lui"})
"""Someone talked about before."""

BESIDE = (
    SILENT
    | POLITE
    | {
        "donc",
        "mais",
        "moi",
        "non",
        "oui",
        "dire",
        "dis",
        "dites",
        "pas",
        "plus",
        "si",
        "bon",
        "ok",
        "ah",
        "ben",
        "bah",
    }
    | {"donne", "donnez", "peux", "peut", "pouvez", "puis", "veux", "voudrais", "faut", "avoir", "tu", "te", "cela"}
)
"""Words that add nothing to a message made of one request."""

ORDINALS: tuple[frozenset[str], ...] = (
    frozenset({"1", "un", "premier", "premiere", "1er", "1ere", "haut"}),
    frozenset({"2", "deux", "deuxieme", "second", "seconde", "2e", "2eme"}),
    frozenset({"3", "trois", "troisieme", "3e", "3eme"}),
    frozenset({"4", "quatre", "quatrieme", "4e", "4eme"}),
    frozenset({"5", "cinq", "cinquieme", "5e", "5eme"}),
    frozenset({"6", "six", "sixieme", "6e", "6eme"}),
    frozenset({"7", "sept", "septieme", "7e", "7eme"}),
    frozenset({"8", "huit", "huitieme", "8e", "8eme"}),
    frozenset({"9", "neuf", "neuvieme", "9e", "9eme"}),
)
LAST = frozenset({"dernier", "derniere", "bas"})
PICKING = BESIDE | {
    *("option", "choix", "reponse", "numero", "n", "no", "celle", "celui", "plutot", "proposition", "bouton"),
    *("choisis", "prends", "dirais", "tout", "toute", "ligne", "liste"),
}
MOST_LINES, MOST_COMMAS = 4, 4
"""Lines told of an operator; a line of more commas is a list of operators."""
SHORT = 6
AT = frozenset({"dans", "en", "a", "au", "aux", "chez"})
THE_PLACE = frozenset({"et", "pour", "le", "la", "l", "les", "notre", "nos", "mon", "ma"})


def picked(u: Understanding, offered: Sequence[str]) -> str:
    """The option that a message designates by its rank, or an empty text."""
    words = [word for word in u.line.words if word not in PICKING or word == "un"]
    if len(u.line.words) > SHORT or not offered:
        return ""
    if len(words) > 1:
        words = [word for word in words if word != "un"]
    if len(words) != 1:
        return ""
    if words[0] in LAST:
        return offered[-1]
    rank = next((rank for rank, names in enumerate(ORDINALS) if words[0] in names), len(offered))
    return offered[rank] if rank < len(offered) else ""


def rank_said(u: Understanding) -> bool:
    """Does a message only designate something by its rank: « le deuxième », « la première svp » ?"""
    words = [word for word in u.line.words if word not in PICKING]
    ranks = LAST.union(*(names for names in ORDINALS)) - {"un", "haut", "bas"}
    return len(u.line.words) <= SHORT and len(words) == 1 and words[0] in ranks and "les" not in u.line.words


def offered(base: Base, state: State) -> tuple[str, ...]:
    """What the last reply let choose, in order: readings, or answers to its question."""
    if state.offered and not state.asked:
        return tuple(name for name in state.offered if name in base.section("topics"))
    if state.offered or not state.asked or not state.subjects:
        return state.offered
    vague = state.subjects[0].vague
    if state.asked == "profession":
        return base.section("vague")[vague].choices if vague else ()
    return tuple(option.value for option in base.section("facts")[state.asked].options)


def asks_only(u: Understanding, value: str) -> bool:
    """Is a message made of one request of the dialogue, and of nothing else?"""
    spans = [(h.start, h.end) for h in u.heard if h.cue.kind == "dialogue" and h.cue.value == value]
    covered = {index for start, end in spans for index in range(start, end)}
    left = [w for index, w in enumerate(u.line.words) if index not in covered]
    return bool(spans) and all(word in BESIDE for word in left)


def comes_back(u: Understanding) -> bool:
    """Does a message go back to the right of the one talked about, naming nobody?"""
    if _someone_named(u):
        return False
    if "return" in u.values("dialogue"):
        return True
    words = set(u.line.words)
    someone = words & {"je", "j", "moi", "on"} or words & PRONOUNS
    relatives = words & {"ma", "mon", "mes", "notre", "nos", "son", "sa", "ses", "leur", "leurs"}
    return bool(someone) and not relatives and len(words) <= 2 * SHORT and _asks_right_alone(u)


def of_someone_unnamed(u: Understanding) -> bool:
    """ "Elle a droit à une boîte ?" of nobody named: whether she may depends on who she is."""
    if _someone_named(u) or not PRONOUNS.intersection(u.line.words):
        return False
    return _asks_right_alone(u) or set(u.line.words) <= BESIDE | PRONOUNS | {"peut", "peuvent"}


def _someone_named(u: Understanding) -> bool:
    return u.named or any(e.section in ("professions", "structures", "vague", "operators") for e in u.entities)


def _asks_right_alone(u: Understanding) -> bool:
    spans = [(h.start, h.end) for h in u.heard if h.cue.kind in ("asking", "dialogue")]
    covered = {index for start, end in spans for index in range(start, end)}
    left = [w for index, w in enumerate(u.line.words) if index not in covered]
    return u.asks_for_a_right and all(
        word in BESIDE | PRONOUNS | BOX_WORDS or word in ("ou", "alors", "coup", "quand", "meme", "t", "y", "peut")
        for word in left
    )


def practises(u: Understanding) -> bool:
    """« Je remplace encore »: the activity goes on, under the profession already said."""
    return "practises" in u.values("dialogue") and not u.people and not any(h.cue.kind == "fact" for h in u.heard)


def names_beside(u: Understanding, state: State) -> bool:
    """« Et la coordinatrice ? »: someone else, named right after the words that go on with the last subject."""
    goes_on = any(h.cue.value == "ellipsis" and h.start == 0 for h in u.heard)
    return bool(state.subjects) and goes_on and u.named and len(u.line.words) <= SHORT


def asks_the_place(u: Understanding) -> bool:
    """« Et le cabinet ? »: the structure itself, where « et au cabinet ? » would be the same person elsewhere."""
    return bool(u.places) and not u.people and set(u.line.words[: u.places[0].entity.start]) <= THE_PLACE


def is_elsewhere(u: Understanding) -> bool:
    """« Dans un cabinet de trois médecins »: where the one asked about works, whoever else is there."""
    words, own = u.line.words, any(m.role == "self" and m.score >= 4 for m in u.people)
    return bool(words and u.places) and words[0] in AT and u.places[0].entity.start <= 2 and not own


def oneself(state: State) -> Person:
    """« Et moi ? »: the one who writes, if known; else someone whose profession is still to be asked, in the same place."""
    known = next((person for person in state.subjects if person.who == "self" and person.about != "structure"), None)
    if known is not None:
        return known
    place = state.subjects[0].facts.get("employer", "") if state.subjects else ""
    return Person(facts={"employer": place} if place else {})


def why_reply(writer: Writer, reply: Reply, decisions: Sequence[Decision]) -> Reply:
    """The reasons of a verdict with its articles, and why not another answer."""
    base = writer.base
    parts = []
    for decision in decisions:
        parts.append(f"*{writer.say('why')}*\n\n" + "\n".join(f"- {reason.text}" for reason in decision.why))
        if decision.basis:
            parts.append(f"*{writer.say('basis')}* {', '.join(base.basis_label(ref) for ref in decision.basis)}.")
        if decision.why_not:
            parts.append(f"*{writer.say('why_not')}*\n\n" + "\n".join(f"- {near.text}" for near in decision.why_not))
    reply.text = "\n\n".join(parts)
    return reply


def details_reply(writer: Writer, topic: str, region: str) -> Reply:
    """The whole answer on a topic, instead of the short one."""
    reply = writer.topic_reply([topic], region)
    basis = writer.base.section("topics")[topic].basis
    texts = f"*{writer.say('basis')}* {', '.join(writer.base.basis_label(ref) for ref in basis)}." if basis else ""
    reply.text = "\n\n".join(part for part in (reply.details, texts) if part)
    reply.details = ""
    return reply


def asks_operator(base: Base, state: State, u: Understanding) -> Operator | None:
    """The operator that a short message names, when the last topic was answered by asking for it."""
    found = [e for e in u.entities if e.section == "operators"]
    if not state.topic or base.section("topics")[state.topic].kind != "clarification" or u.named:
        return None
    if not found or len(u.line.words) > SHORT:
        return None
    operator: Operator = base.section("operators")[found[0].id]
    return operator


def operator_reply(writer: Writer, topic: str, operator: Operator, region: str) -> Reply:
    """What the base says, under the theme of a topic, of one operator's service; then whom to ask."""
    base = writer.base
    subject = base.section("topics")[topic]
    name = operator.service.split(",")[0] or operator.label
    sheets = [s for s in base.sections.symptoms if topic in s.topics and name.lower() in s.title.lower()]
    near = [t for t in base.sections.topics if t.theme == subject.theme and t.id != topic]
    said = [
        line.strip().removeprefix("- ")
        for entry in near
        for line in (entry.short, *entry.full.splitlines())
        if name.lower() in line.lower() and line.count(",") <= MOST_COMMAS
    ]
    reply = writer.topic_reply([topic], region)
    lines = "\n".join(f"- {line}" for line in list(unique((*(s.say for s in sheets), *said)))[:MOST_LINES])
    contacts = writer.contacts(subject, region)
    head = f"**{subject.label}, {name}.**"
    reply.text = "\n\n".join(
        x for x in (head, lines, f"*{writer.say('contacts')}* {contacts}" if contacts else "") if x
    )
    reply.kind = "answer"
    return reply
