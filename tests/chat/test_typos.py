"""A slip of the keyboard never turns a "no" or a "it depends" into a "yes": it is understood, or asked about."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.assistant import known_words
from bot.chat.evaluation import verdict_of
from bot.chat.state import State
from knowledge.naming import fold
from tests.conftest import ACCEPT, load_cases

CASES = [
    case
    for name in ("eligibility.yaml", "eligibility_blind.yaml")
    for case in load_cases(name)
    if not all(answer in ("yes", "n/a") for answer in case["expected"].values())
]
SMALL = 3
NEIGHBOURS = "aeirstnlouz"


def wrongly_granted(reply: Any, expected: dict[str, str]) -> list[str]:
    """The questions answered yes that must not be."""
    given_, _ = verdict_of(reply)
    return [name for name, answer in given_.items() if answer == "yes" and expected[name] not in ("yes", "n/a")]


@st.composite
def slips(draw: Any, known: frozenset[str]) -> tuple[dict[str, Any], str]:
    """A case, and its text with one slip: a word misspelt beyond French, or a small word left out."""
    case = draw(st.sampled_from(CASES))
    words = case["text"].split(" ")
    index = draw(st.integers(0, len(words) - 1))
    word = words[index]
    letters = [i for i, letter in enumerate(word) if letter.isalpha()]
    if len(letters) <= SMALL:
        return case, " ".join([*words[:index], *words[index + 1 :]])
    at = draw(st.sampled_from(letters[1:-1]))
    slipped = {
        "left out": word[:at] + word[at + 1 :],
        "doubled": word[:at] + word[at] + word[at:],
        "swapped": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "another": word[:at] + draw(st.sampled_from(NEIGHBOURS)) + word[at + 1 :],
    }[draw(st.sampled_from(["left out", "doubled", "swapped", "another"]))]
    # A slip that makes another French word, or another name, makes another message.
    if all(piece in known for piece in fold(slipped).split()):
        return case, case["text"]
    return case, " ".join([*words[:index], slipped, *words[index + 1 :]])


@pytest.fixture(scope="module")
def known(dialogue: Any) -> frozenset[str]:
    return known_words() | dialogue.names


@given(data=st.data())
def test_a_slip_never_grants_what_the_message_does_not(dialogue, known, data):
    case, text = data.draw(slips(known))

    _, reply = dialogue.reply(State(), text)

    assert not wrongly_granted(reply, case["expected"])


@pytest.mark.parametrize("case", CASES if ACCEPT else CASES[::5], ids=lambda case: case["id"])
def test_missing_accents_and_capitals_never_grant_anything(dialogue, case):
    plain = "".join(c for c in unicodedata.normalize("NFD", case["text"]) if not unicodedata.combining(c))

    for text in (plain, plain.upper()):
        _, reply = dialogue.reply(State(), text)
        assert not wrongly_granted(reply, case["expected"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("élvèe aide-soignante dans un SSIAD, je peux avoir une boîte ?", "élève aide-soignant"),
        ("médecin experl judiciaire, j'aimerais une boîte", "médecin expert judiciaire"),
        ("CHRS, auucn soignant chez nous, une boîte pour l'établissement ?", "aucun"),
    ],
)
def test_a_doubtful_word_is_asked_about(talk, text, meant):
    reply = talk(text)

    assert reply.kind == "clarification"
    assert f"Vouliez-vous dire « {meant} » ?" in reply.text
    assert reply.asks.options


def test_once_the_doubt_is_settled_the_verdict_comes(talk):
    reply = talk("élvèe aide-soignante dans un SSIAD, je peux avoir une boîte ?", "élève aide-soignant")

    assert reply.kind != "clarification"
    assert reply.verdicts[0].nominative == "no"


def test_not_caring_is_heard_through_a_typo(talk):
    reply = talk("Je suis médecin mais je ne sogine pas : uniquement de la recherche en labo. MSSanté ?")

    assert not reply.verdicts or reply.verdicts[0].nominative != "yes"
