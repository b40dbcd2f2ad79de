"""Puts the assistant together from a base: names, cues, spelling, ranking, dialogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spellchecker import SpellChecker

from bot.chat.cues import CueEar
from bot.chat.dialogue import Dialogue
from bot.chat.entities import Recogniser
from bot.chat.lines import read_line
from bot.chat.spelling import Speller
from bot.chat.training import load_ranking
from bot.chat.understanding import Understander
from knowledge.naming import fold

if TYPE_CHECKING:
    from eligibility.engine import Engine
    from knowledge.base import Base

WORTH = 5
"""Words of the cues longer than this are repaired like names."""


def make_dialogue(engine: Engine) -> Dialogue:
    """The assistant over one engine. Trains its topic ranking the first time it meets this base."""
    base = engine.base
    ear = CueEar(base)
    recogniser = Recogniser(base)
    said = cue_words(base)
    speller = Speller(recogniser.words | {word for word in said if len(word) > WORTH}, known_words(), said)
    understander = Understander(base, recogniser, speller, ear)
    ranking = load_ranking(base, lambda text: speller.repair(read_line(text)).topical)
    return Dialogue(engine, understander, ranking, ear, speller)


def cue_words(base: Base) -> set[str]:
    """The words of the cues: what is said of someone counts as much as who is named."""
    phrases = (phrase for cue in base.sections.cues for phrase in cue.phrases)
    return {word for phrase in phrases for word in fold(phrase).split()}


def known_words() -> frozenset[str]:
    """French words, folded: never taken for a misspelt name."""
    words = SpellChecker(language="fr", distance=1).word_frequency.words()
    return frozenset(part for word in words for part in fold(word).split())
