"""« Vouliez-vous dire … ? »: a word that nobody knows must never turn a no into a yes.

A word is doubtful when no dictionary and no name of the base holds it, when it was repaired though another word
was about as near, or when it follows a profession and looks like the rest of a longer name. The message is then read again with each word it may stand for: if one of these readings
takes a yes away, the answer waits for a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.chat.features import SILENT
from bot.chat.shorthand import POLITE
from bot.chat.state import Person
from eligibility.answers import FactError
from eligibility.decision import Ask, Option
from eligibility.phrases import lower_first, upper_first
from knowledge.naming import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.chat.entities import Entity
    from bot.chat.lines import Line
    from bot.chat.spelling import Speller
    from bot.chat.understanding import Understander, Understanding
    from bot.chat.verdicts import Verdicts
    from eligibility.decision import Decision
    from knowledge.base import Base

MOST_WORDS = 4
"""Doubtful words looked at in one message."""

TELLING = 5
"""Letters of the shortest word that, after a profession, may be the rest of a longer name: « mais » and « de » are not."""

UNLISTED = "autre-metier"

JOINING = (
    SILENT
    | POLITE
    | {"mais", "et", "ou", "donc", "car", "ni", "qui", "dont", "puis", "depuis", "chez", "dans", "avec", "sans"}
)
"""Words that go on with the sentence, not with the name."""

FACTS = ("profession", "employer", "care", "habil", "rpps", "ident", "need")
"""The facts that may be asked to settle a doubt, in the order in which they decide."""


class Doubt(NamedTuple):
    """The fact in doubt, what the word may have meant, and the question that settles it."""

    fact: str
    word: str
    ask: Ask


class Doubter:
    """Looks for another reading of a message that was about to be answered yes."""

    def __init__(self, base: Base, understander: Understander, speller: Speller, verdicts: Verdicts) -> None:
        self._base = base
        self._understander = understander
        self._speller = speller
        self._verdicts = verdicts

    def doubt(self, u: Understanding, people: tuple[Person, ...]) -> Doubt | None:
        """What to ask before these verdicts are given, if a doubtful word may take a yes away."""
        decided = [(person, self._verdicts.decide(person)) for person in people]
        granted = [(person, decision) for person, decision in decided if "yes" in _answers(decision)]
        if not granted:
            return None
        other_job = self._other_job(u, [person for person, decision in granted if decision.verdict.nominative == "yes"])
        if other_job is not None:
            return other_job
        for word, other, known in self._readings(u):
            read = self._understander.understand(other).subjects
            for (person, decision), typed, subject in zip(granted, u.subjects, read, strict=False):
                kept = {name: value for name, value in person.facts.items() if name not in typed.facts}
                meant = Person(who=person.who, about=person.about, facts={**kept, **subject.facts}, vague=subject.vague)
                if self._takes_away(decision, meant):
                    found = self._question(person, meant, word)
                    # A common word may only be the rest of a longer name, never another fact.
                    if found is not None and (not known or found.fact == "profession"):
                        return found
        return None

    def _other_job(self, u: Understanding, people: Iterable[Person]) -> Doubt | None:
        """ "Préparateur physique": the short name of a profession, with a word behind it that none of its names holds."""
        granted = {name for person in people for name in person.facts.get("profession", "").split(",")}
        for mention in u.people:
            entity = mention.entity
            if entity.id in granted and self._goes_on_otherwise(u, entity):
                label = self._base.professions[entity.id].label
                options = tuple(self._options("profession", (entity.id, UNLISTED)))
                question = self._base.section("facts")["profession"].question
                return Doubt("profession", lower_first(label), Ask("profession", question, options))
        return None

    def _goes_on_otherwise(self, u: Understanding, entity: Entity) -> bool:
        words, after = u.line.words, entity.end
        profession = self._base.professions[entity.id]
        labels = [fold(name).split() for name in (profession.label, profession.feminine) if name]
        short = entity.end - entity.start == 1 and any(
            len(label) > 1 and label[0].rstrip("s") == words[entity.start].rstrip("s") for label in labels
        )
        if not short or after >= len(words) or after in u.line.breaks:
            return False
        if words[after] in ("de", "d", "en", "du", "des"):
            after += 1
        told = {i for e in u.entities for i in range(e.start, e.end)}
        told |= {i for h in u.heard for i in range(h.start, h.end)}
        return after < len(words) and after not in told and words[after].isalpha() and words[after] not in JOINING

    def _readings(self, u: Understanding) -> Iterator[tuple[str, Line, bool]]:
        """Each word in doubt, the message read with it, and whether the word typed is a common one."""
        line = u.line
        after = {e.end for e in u.entities if e.section == "professions"} - line.breaks
        taken = {index for e in u.entities for index in range(e.start, e.end)}
        doubtful = [i for i, word in enumerate(line.words) if i in line.repaired or self._speller.unknown(word)]
        following = [i for i in sorted(after - taken) if i < len(line.words) and len(line.words[i]) >= TELLING]
        unknown = set(doubtful)
        doubtful += [i for i in following if i not in unknown]
        for index in doubtful[:MOST_WORDS]:
            for word in self._speller.others(line.repaired.get(index, line.words[index])):
                if word != line.words[index]:
                    yield word, line.with_word(index, word), index not in unknown

    def _takes_away(self, decision: Decision, meant: Person) -> bool:
        try:
            other = self._verdicts.decide(meant)
        except FactError:
            return False
        pairs = zip(_answers(decision), _answers(other), strict=True)
        return any(before == "yes" and after in ("no", "depends") for before, after in pairs)

    def _question(self, person: Person, meant: Person, word: str) -> Doubt | None:
        fact = next((f for f in FACTS if meant.facts.get(f, "") != person.facts.get(f, "") and f in meant.facts), "")
        if not fact:
            return None
        given = [v for v in (meant.facts[fact], person.facts.get(fact, "")) if v and "," not in v]
        options = tuple(self._options(fact, given))
        if not options:
            return None
        said = lower_first(options[0].label) if fact in ("profession", "employer") else word
        return Doubt(fact, said, Ask(fact, self._base.section("facts")[fact].question, options))

    def _options(self, fact: str, given: Iterable[str]) -> Iterator[Option]:
        if fact not in ("profession", "employer"):
            yield from (Option(o.value, o.label, o.help) for o in self._base.section("facts")[fact].options)
            return
        entries = self._base.section("professions" if fact == "profession" else "structures")
        yield from (Option(name, upper_first(entries[name].label)) for name in given if name in entries)


def _answers(decision: Decision) -> tuple[str, str, str]:
    verdict = decision.verdict
    return verdict.nominative, verdict.org_access, verdict.structure_boxes
