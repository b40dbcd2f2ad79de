"""What the assistant says: the reply of DESIGN § 3, and what it shows on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eligibility.report import ask_json, knowledge_json, source_json, verdict_json

if TYPE_CHECKING:
    import datetime

    from eligibility.decision import Ask, Verdict
    from knowledge.base import Base, SourceRef


@dataclass
class Reply:
    """A reply. `text` is short Markdown; `details` more of it, shown behind « plus de détails ». `rule`: the send rule it is on."""

    kind: str
    topics: list[str]
    text: str
    verdicts: list[Verdict] = field(default_factory=list)
    abouts: list[str] = field(default_factory=list)
    asks: Ask | None = None
    sources: list[SourceRef] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    details: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    rule: str = ""

    def add(self, other: Reply, label: str) -> None:
        """Answer a second question after the first."""
        head, _, rest = other.text.partition("\n\n")
        self.text = "\n\n".join(part for part in (self.text, f"**{label}.** {head}", rest) if part)
        self.topics += [topic for topic in other.topics if topic not in self.topics]
        self.sources += [ref for ref in other.sources if ref not in self.sources]
        self.links += [link for link in other.links if link not in self.links]
        self.details = "\n\n".join(part for part in (self.details, other.details) if part)

    def as_json(self, base: Base, today: datetime.date) -> dict[str, Any]:
        """The shape of DESIGN § 3, exactly: what is to be known of the base itself ends the text."""
        verdicts = []
        for verdict, about in zip(self.verdicts, self.abouts, strict=True):
            verdicts.append({**verdict_json(verdict), "about": about})
        return {
            "kind": self.kind,
            "topics": self.topics,
            "reply": "\n\n".join([self.text, *(f"*{notice}*" for notice in base.notices(today))]),
            "verdicts": verdicts,
            "asks": ask_json(self.asks) if self.asks else None,
            "sources": [source_json(ref) for ref in self.sources],
            "suggestions": self.suggestions,
            "knowledge": knowledge_json(base),
        }
