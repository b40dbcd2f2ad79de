"""How good the assistant is, on labelled messages: the figures of the quality page and of `mssante evaluate`.

Behaviours follow DESIGN § 3: answer → answer, verdict or refusal; eligibility_flow → verdict or
clarification; ask_clarification → clarification, or verdict with a question; refuse_and_redirect →
refusal (emergency for vital ones).
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.chat.guards import GUARDED
from bot.chat.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.dialogue import Dialogue
    from bot.chat.replies import Reply

KINDS = {
    "answer": {"answer", "verdict", "refusal"},
    "eligibility_flow": {"verdict", "clarification"},
    "ask_clarification": {"clarification", "verdict"},
    "refuse_and_redirect": {"refusal", "emergency"},
    "out_of_scope": {"out_of_scope", "refusal"},
    "smalltalk": {"smalltalk", "clarification"},
}


@dataclass
class TopicScore:
    """Topic accuracy over labelled messages; `mistakes` holds (id, expected, got, kind)."""

    count: int = 0
    first: int = 0
    among_three: int = 0
    confidently_wrong: int = 0
    asked_needlessly: int = 0
    kinds_right: int = 0
    guarded: int = 0
    guarded_right: int = 0
    mistakes: list[tuple[str, str, list[str], str]] = field(default_factory=list)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    per_topic: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def shares(self) -> dict[str, float]:
        """The shares of the issue's bars, in [0, 1]."""
        n, g = max(1, self.count), max(1, self.guarded)
        return {
            "first": self.first / n,
            "among_three": self.among_three / n,
            "confidently_wrong": self.confidently_wrong / n,
            "asked_needlessly": self.asked_needlessly / n,
            "kinds": self.kinds_right / n,
            "guarded": self.guarded_right / g,
        }


def score_topics(dialogue: Dialogue, messages: Iterable[dict[str, Any]]) -> TopicScore:
    """Play single messages. A message has id, text, topic, also (acceptable topics), kinds (allowed kinds)."""
    score = TopicScore()
    for message in messages:
        _, reply = dialogue.reply(State(), message["text"])
        wanted = {message["topic"], *message["also"]}
        guarded = message["topic"] in GUARDED
        if guarded:
            score.guarded += 1
            right = message["topic"] in reply.topics[:1] or (reply.kind in message["kinds"] and reply.kind != "answer")
            score.guarded_right += right
            if not right:
                score.mistakes.append((message["id"], message["topic"], reply.topics[:3], reply.kind))
            continue
        score.count += 1
        top = reply.topics[0] if reply.topics else ""
        first, three = top in wanted, bool(wanted & set(reply.topics[:3]))
        score.first += first
        score.among_three += three
        needs_question = "clarification" in message["kinds"]
        score.confidently_wrong += not first and reply.kind != "clarification"
        score.asked_needlessly += reply.kind == "clarification" and not needs_question
        score.kinds_right += reply.kind in message["kinds"]
        score.per_topic[message["topic"]]["expected"] += 1
        score.per_topic[top or "aucun"]["given"] += 1
        if first:
            score.per_topic[message["topic"]]["right"] += 1
        else:
            score.mistakes.append((message["id"], message["topic"], reply.topics[:3], reply.kind))
            score.confusions[message["topic"], top] += 1
    return score


@dataclass
class VerdictScore:
    """Free-text verdicts: all cases and the high-confidence ones."""

    count: int = 0
    right: int = 0
    boxes_right: int = 0
    high: int = 0
    high_right: int = 0
    high_boxes_right: int = 0
    false_yes: list[str] = field(default_factory=list)
    mistakes: list[tuple[str, str]] = field(default_factory=list)


def score_verdicts(dialogue: Dialogue, cases: Iterable[dict[str, Any]]) -> VerdictScore:
    """Play eligibility cases: id, text, expected (three answers), boxes, confidence."""
    score = VerdictScore()
    for case in cases:
        _, reply = dialogue.reply(State(), case["text"])
        got, boxes = verdict_of(reply)
        expected = case["expected"]
        right, boxes_right = got == expected, same_boxes(boxes, case["boxes"])
        high = case["confidence"] == "high"
        score.count += 1
        score.right += right
        score.boxes_right += boxes_right
        score.high += high
        score.high_right += high and right
        score.high_boxes_right += high and boxes_right
        if any(got[q] == "yes" and expected[q] not in ("yes", "n/a") for q in got):
            score.false_yes.append(case["id"])
        if not right or not boxes_right:
            score.mistakes.append((case["id"], f"{got} {boxes} {reply.kind} {reply.topics[:2]}"))
    return score


def verdict_of(reply: Reply) -> tuple[dict[str, str], list[str] | None]:
    """The first verdict of a reply; none given counts as undecided."""
    if not reply.verdicts:
        return {"nominative": "depends", "org_access": "depends", "structure_boxes": "n/a"}, None
    v = reply.verdicts[0]
    boxes = None if v.boxes is None else list(v.boxes)
    return {"nominative": v.nominative, "org_access": v.org_access, "structure_boxes": v.structure_boxes}, boxes


def same_boxes(given: list[str] | None, expected: list[str] | None) -> bool:
    """Are these the same boxes, in whatever order? Undecided is not the same as none."""
    return (given is None) == (expected is None) and set(given or ()) == set(expected or ())


def score_dialogues(dialogue: Dialogue, dialogues: Iterable[dict[str, Any]]) -> tuple[int, int, list[str]]:
    """(turns right, turns judged, what went wrong) over dialogues of turns with partial expectations."""
    right = judged = 0
    wrong: list[str] = []
    for entry in dialogues:
        state = State()
        for number, turn in enumerate(entry["turns"], 1):
            state, reply = dialogue.reply(state, turn["say"])
            expected = turn.get("expect") or {}
            if not expected:
                continue
            judged += 1
            failed = _failed(expected, reply)
            right += not failed
            if failed:
                wrong.append(f"{entry['id']}.{number} {failed}")
    return right, judged, wrong


def _failed(expected: dict[str, Any], reply: Reply) -> list[str]:
    got, boxes = verdict_of(reply)
    failed = []
    for name, value in expected.items():
        if name in got:
            ok = got[name] == value
        elif name == "boxes":
            ok = same_boxes(boxes, value)
        elif name == "topic":
            ok = value in reply.topics[:3]
        elif name == "kind":
            ok = reply.kind == value or reply.kind in KINDS.get(value, set())
        elif name == "asks":
            ok = (reply.asks.fact if reply.asks else None) == value
        else:
            ok = True
        if not ok:
            failed.append(f"{name}: {value}")
    return failed


def latency(dialogue: Dialogue, texts: list[str]) -> tuple[float, float, float]:
    """(median ms, 99th percentile ms, messages a second) over these texts, on one core."""
    times = []
    for text in texts:
        start = time.perf_counter()
        dialogue.reply(State(), text)
        times.append(time.perf_counter() - start)
    times.sort()
    return times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000, len(times) / sum(times)
