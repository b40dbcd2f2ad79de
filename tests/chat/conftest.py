"""The assistant itself, without any surface."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat.assistant import make_dialogue
from bot.chat.dialogue import Dialogue
from bot.chat.state import State


@pytest.fixture(scope="session")
def dialogue(engine: Any) -> Dialogue:
    return make_dialogue(engine)


@pytest.fixture
def hold(dialogue: Dialogue) -> Any:
    """hold(message, …) → the state and the last reply of a conversation."""

    def _hold(*messages: str) -> Any:
        state, reply = State(), None
        for message in messages:
            state, reply = dialogue.reply(state, message)
        return state, reply

    return _hold


@pytest.fixture
def talk(hold: Any) -> Any:
    """talk(message, …) → the last reply of a conversation."""
    return lambda *messages: hold(*messages)[1]
