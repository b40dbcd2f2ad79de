"""« Vouliez-vous dire … ? »: a word that nobody knows must never turn a no into a yes.

A word is doubtful when no dictionary and no name of the base holds it, when it was repaired though another word
was about as near, or when it follows a profession and looks like the rest of a longer name. The message is then read again with each word it may stand for: if one of these readings
takes a yes away, the answer waits for a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.chat.state import Person
from eligibility.answers import FactError
from eligibility.decision import Ask, Option
from eligibility.phrases import lower_first, upper_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        for word, other in self._readings(u):
            read = self._understander.understand(other).subjects
            for (person, decision), typed, subject in zip(granted, u.subjects, read, strict=False):
                kept = {name: value for name, value in person.facts.items() if name not in typed.facts}
                meant = Person(who=person.who, about=person.about, facts={**kept, **subject.facts}, vague=subject.vague)
                if self._takes_away(decision, meant):
                    found = self._question(person, meant, word)
                    if found is not None:
                        return found
        return None

    def _readings(self, u: Understanding) -> Iterator[tuple[str, Line]]:
        line = u.line
        after = {e.end for e in u.entities if e.section == "professions"} - line.breaks
        taken = {index for e in u.entities for index in range(e.start, e.end)}
        doubtful = [i for i, word in enumerate(line.words) if i in line.repaired or self._speller.unknown(word)]
        following = [i for i in sorted(after - taken) if i < len(line.words) and len(line.words[i]) >= TELLING]
        doubtful += [i for i in following if i not in doubtful]
        for index in doubtful[:MOST_WORDS]:
            for word in self._speller.others(line.repaired.get(index, line.words[index])):
                if word != line.words[index]:
                    yield word, line.with_word(index, word)

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
