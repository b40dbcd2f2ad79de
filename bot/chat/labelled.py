"""The repo's own labelled messages, in the shapes that `evaluation` plays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.chat.evaluation import KINDS

CASES = Path(__file__).resolve().parents[2] / "tests" / "cases"
MESSAGES = ("questions", "chat_blind")
VERDICTS = ("eligibility", "eligibility_blind")
DIALOGUES = "dialogues_blind"
_KEYS = {"questions": "questions", "chat_blind": "messages", DIALOGUES: "dialogues"}


def read_cases(name: str) -> list[dict[str, Any]]:
    """The entries of a file of cases. Raises OSError when it is not there (they come with a checkout only)."""
    content = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    found: list[dict[str, Any]] = content[_KEYS.get(name, "cases")]
    return found


def messages(name: str) -> list[dict[str, Any]]:
    """Single messages with their topic, the other topics admitted and the kinds of reply admitted."""
    return [_question(case) if name == "questions" else _message(case) for case in read_cases(name) if _alone(case)]


def verdicts(name: str) -> list[dict[str, Any]]:
    """Free-text eligibility cases."""
    return [{"boxes": None, **case} for case in read_cases(name)]


def _alone(case: dict[str, Any]) -> bool:
    """Can it be understood without what was said before?"""
    return not case.get("context")


def _question(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": case["id"],
        "text": case["text"],
        "topic": case["topic"],
        "also": case.get("also_topics") or [],
        "kinds": KINDS[case["behaviour"]],
    }


def _message(case: dict[str, Any]) -> dict[str, Any]:
    kinds = {case["kind"]} | (KINDS["answer"] if case["kind"] == "answer" else set())
    return {
        "id": case["id"],
        "text": case["text"],
        "topic": case["topic"],
        "also": case.get("also") or [],
        "kinds": kinds,
    }
