"""Prepare the assistant ahead of its first start: `python -m bot.chat` trains its ranking and keeps it."""

from __future__ import annotations

from bot.chat.assistant import make_dialogue
from eligibility.engine import Engine
from knowledge.base import load_base

if __name__ == "__main__":
    make_dialogue(Engine(load_base()))
