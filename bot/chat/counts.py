"""How many replies of each kind were given on each topic: figures for /metrics, and never a word."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.chat.replies import Reply


class Counts:
    """Counters of one process, safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._replies: Counter[tuple[str, str]] = Counter()
        self._votes: Counter[str] = Counter()

    def replied(self, reply: Reply) -> None:
        with self._lock:
            self._replies[reply.kind, reply.topics[0] if reply.topics else "aucun"] += 1

    def voted(self, vote: str) -> None:
        with self._lock:
            self._votes[vote] += 1

    def exposition(self, ready: bool) -> str:
        """The figures in Prometheus' text format."""
        with self._lock:
            replies, votes = sorted(self._replies.items()), sorted(self._votes.items())
        lines = [
            "# HELP mssante_replies_total Réponses données par l’assistant, par nature et par sujet.",
            "# TYPE mssante_replies_total counter",
            *(f'mssante_replies_total{{kind="{k}",topic="{topic}"}} {n}' for (k, topic), n in replies),
            "# HELP mssante_votes_total Avis laissés sous les réponses.",
            "# TYPE mssante_votes_total counter",
            *(f'mssante_votes_total{{vote="{vote}"}} {n}' for vote, n in votes),
            "# HELP mssante_assistant_ready 1 dès que l’assistant peut répondre.",
            "# TYPE mssante_assistant_ready gauge",
            f"mssante_assistant_ready {int(ready)}",
        ]
        return "\n".join(lines) + "\n"
