"""« Cette réponse m’a aidé » or « il manque quelque chose »: the day, the topic and the vote, nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

VOTES = ("helped", "missing")


class VoteBox:
    """Votes kept one a line in `votes.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "votes.jsonl"

    def add(self, day: datetime.date, topic: str, vote: str) -> None:
        """Keep a vote. Raises OSError when the disk refuses."""
        line = json.dumps({"day": day.isoformat(), "topic": topic, "vote": vote}) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line)
