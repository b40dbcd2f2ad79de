"""Replies in French Markdown, from the base's own sentences. Short first; the rest in `details`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.replies import Reply
from eligibility.phrases import lower_first, unique, upper_first
from eligibility.report import boxes_line, sources_of, verdict_lines
from knowledge.pages import page_of

if TYPE_CHECKING:
    from eligibility.decision import Decision
    from knowledge.base import Base
    from knowledge.model import SendRule, Topic

TOPIC_OF_QUALITY = {
    "PS4": "elig_soignant",
    "R2_TITLE": "elig_titre_social",
    "R2_PLACE": "elig_titre_social",
    "EDGE": "elig_titre_social",
    "STAFF": "elig_secretaire",
    "TRAINEE": "elig_etudiant_remplacant",
    "NONE": "elig_non",
    "UNKNOWN": "elig_generale",
}
"""Which topic a verdict belongs to (DESIGN § 3)."""

TOPIC_OF_STEP = {
    "link": "raccordement",
    "sign_in": "connexion_probleme",
    "client": "envoyer_message",
    "submission": "envoyer_message",
    "relay": "non_remise",
    "mailbox": "non_remise",
    "patient_space": "patient_ecrire",
    "conformity": "envoyer_message",
    "integration": "pieces_jointes",
    "receipts": "fonctions_boite",
    "practice": "envoyer_message",
}
"""Which topic a send rule belongs to, by its step on the way of a message."""


class Writer:
    """Writes replies over one base."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._topics = base.section("topics")

    def say(self, name: str, **values: str) -> str:
        return self.base.wording(f"chat.{name}", **values)

    def topic_reply(self, names: list[str], region: str = "") -> Reply:
        """The answers of one or two topics."""
        topics = [self._topics[name] for name in names]
        first = topics[0]
        parts = []
        for topic in topics:
            head = f"**{topic.label}.** " if len(topics) > 1 else ""
            parts.append(f"{head}{topic.short}")
            parts.append(f"*{self.say('next')}* {topic.next}")
            contacts = self.contacts(topic, region)
            if contacts:
                parts.append(f"*{self.say('contacts')}* {contacts}")
        details = "\n\n".join(topic.full for topic in topics)
        kind = first.kind if first.kind != "clarification" else "clarification"
        cites = [cite for topic in topics for cite in topic.cites]
        basis = [ref for topic in topics for ref in topic.basis]
        if basis:
            parts.insert(1, f"*{self.say('basis')}* {', '.join(unique(self.base.basis_label(ref) for ref in basis))}.")
            cites += [cite for ref in basis for cite in self.base.basis_cites(ref)]
        return Reply(
            kind=kind,
            topics=names,
            text="\n\n".join(parts),
            sources=self.base.resolve(cites),
            suggestions=list(unique(s for topic in topics for s in topic.suggestions))[:3],
            details=details,
            links=self.links(topics),
        )

    def rule_reply(self, rule: SendRule) -> Reply:
        """A send rule: what it says, what it did to the message, what to do about it."""
        topic = self._topics[TOPIC_OF_STEP[rule.step]]
        parts = [f"**{rule.label}.** {rule.says}", rule.why, f"*{self.say('remedy')}* {rule.remedy}"]
        if rule.assumption:
            parts.append(f"*{self.say('assumption')}* {rule.assumption}")
        return Reply(
            kind="answer",
            topics=[topic.id],
            text="\n\n".join(parts),
            sources=self.base.resolve(rule.cites),
            suggestions=list(topic.suggestions[:3]),
            links=[(rule.label, page_of(f"send_rules/{rule.id}")), *self.links([topic])][:5],
            rule=rule.id,
        )

    def readings_reply(self, names: list[str], topics: list[str] | None = None) -> Reply:
        """The topics that a doubtful message may be about, as choices. `topics`: those that the reply is filed under."""
        labels = [self._topics[name].label for name in names]
        text = "\n\n".join((self.say("unsure"), "\n".join(f"- {label}" for label in labels)))
        return Reply("clarification", topics or names, text, suggestions=labels)

    def contacts(self, topic: Topic, region: str) -> str:
        """Whom to ask, the region's own contacts first where the region counts."""
        names = list(topic.contacts)
        if region and topic.by_region:
            names = [*self.base.section("regions")[region].contacts, *names]
        shown = []
        for name in unique(names)[:3]:
            contact = self.base.section("contacts")[name]
            ways = ", ".join((*contact.email, *contact.phone))
            mark = f", {self.base.wording('to_verify')}" if contact.to_verify and ways else ""
            shown.append(f"{contact.label} ({ways}{mark})" if ways else contact.label)
        return " ; ".join(shown) + "." if shown else ""

    def links(self, topics: list[Topic]) -> list[tuple[str, str]]:
        """Pages of the guide on these topics: (label, address)."""
        found: dict[str, str] = {}
        for topic in topics:
            for ref in topic.related:
                try:
                    entry, address = self.base.entry(ref), page_of(ref, self.base)
                except KeyError:
                    continue
                label = (
                    getattr(entry, "label", "")
                    or getattr(entry, "title", "")
                    or getattr(entry, "question", "")
                    or getattr(entry, "term", "")
                )
                found.setdefault(address, label)
        return [(label, address) for address, label in found.items()][:5]

    # Verdicts

    def verdict_reply(self, decisions: list[Decision], abouts: list[str], several: bool = False) -> Reply:
        """One or two verdicts: the answer, why with the law, conditions, whom to ask."""
        parts: list[str] = []
        details: list[str] = []
        for decision in decisions:
            parts += self._verdict_parts(decision)
            details += self._verdict_details(decision)
        first = decisions[0]
        topics = list(unique(topic for decision in decisions for topic in self.topics_of(decision)))
        kind = "refusal" if topics[0] == "elig_non" or "elig_non" in topics[:2] else "verdict"
        asks = first.asks
        if asks is not None:
            parts.append(f"**{asks.question}**")
        return Reply(
            kind=kind,
            topics=topics,
            text="\n\n".join(parts),
            verdicts=[d.verdict for d in decisions],
            abouts=abouts,
            asks=asks,
            sources=self.base.resolve([cite for d in decisions for cite in d.cites])
            if several
            else sources_of(self.base, first),
            suggestions=[self.say("suggest.boxes"), self.say("suggest.start"), self.say("suggest.change")],
            details="\n\n".join(details),
            links=self._verdict_links(decisions),
        )

    def topics_of(self, decision: Decision) -> list[str]:
        """The topics a verdict belongs to, best first (DESIGN § 3)."""
        row = decision.verdict.rows[0] if decision.verdict.rows else "P01"
        if decision.verdict.nominative == "n/a":
            return ["elig_structure", "elig_non"] if row == "S02" else ["elig_structure"]
        quality = next((f for f in (self._quality(decision),) if f), "UNKNOWN")
        topics = [TOPIC_OF_QUALITY[quality]]
        return [*topics, "elig_structure"] if decision.verdict.structure_boxes != "n/a" else topics

    def _quality(self, decision: Decision) -> str:
        for reason in decision.why:
            if reason.row.startswith("P"):
                values = self.base.section("rows")[reason.row].when.get("quality", ())
                if len(values) == 1:
                    return str(values[0])
        names = [n for n in decision.answers.profession or () if n in self.base.professions]
        qualities = [self.base.professions[n].quality for n in names]
        order = list(TOPIC_OF_QUALITY)
        if not qualities:
            return "UNKNOWN"
        best = min(qualities, key=order.index)
        return "R2_PLACE" if best == "UNKNOWN" and decision.verdict.rows[0] != "P01" else best

    def _verdict_parts(self, decision: Decision) -> list[str]:
        base, verdict = self.base, decision.verdict
        lines = [f"**{upper_first(verdict.subject)}**"]
        lines += [f"- {line}" for line in verdict_lines(base, verdict)]
        lines.append(f"- {boxes_line(base, verdict)}")
        parts = ["\n".join(lines)]
        row = next((reason for reason in reversed(decision.why) if reason.row and reason.row == verdict.rows[0]), None)
        if row is not None:
            basis = ", ".join(base.basis_label(ref) for ref in decision.basis[:4])
            parts.append(f"*{self.say('why')}* {row.text} ({basis})" if basis else f"*{self.say('why')}* {row.text}")
        for condition in verdict.conditions:
            entry = base.section("conditions")[condition]
            parts.append(f"*{entry.label}.* {entry.text}")
        if decision.presumed:
            parts.append(decision.presumed[0])
        return parts

    def _verdict_details(self, decision: Decision) -> list[str]:
        base = self.base
        details = [f"- {reason.text}" for reason in decision.why]
        found = ["\n".join(details)]
        if decision.why_not:
            found.append(f"*{self.say('why_not')}*\n\n" + "\n".join(f"- {near.text}" for near in decision.why_not))
        for name in decision.ambiguities:
            entry = base.section("ambiguities")[name]
            found.append(
                f"**{entry.question}** {entry.answer} {self.say('who_decides', who=lower_first(entry.who_decides))}"
            )
        for name in decision.answers.profession or ():
            if name in base.professions and base.professions[name].remark:
                found.append(base.professions[name].remark)
        reminders = [f"- **{r.label}.** {r.text}" for r in base.sections.reminders]
        found.append(f"*{self.say('each_message')}*\n\n" + "\n".join(reminders))
        return found

    def _verdict_links(self, decisions: list[Decision]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for decision in decisions:
            for name in decision.answers.profession or ():
                if name in self.base.professions:
                    found.append(
                        (upper_first(self.base.professions[name].label), page_of(f"professions/{name}", self.base))
                    )
            employer = decision.answers.employer
            if employer and employer in self.base.structures:
                found.append(
                    (upper_first(self.base.structures[employer].label), page_of(f"structures/{employer}", self.base))
                )
            found += [
                (self.base.wording(f"box.{code}"), page_of(f"boxes/{code}", self.base))
                for code in decision.verdict.boxes or ()
            ]
        return list(dict.fromkeys(found))[:6]
