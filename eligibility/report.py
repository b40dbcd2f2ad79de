"""A decision as JSON of DESIGN § 4 and as French lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eligibility.phrases import upper_first
from eligibility.questions import possible_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eligibility.decision import Ask, Decision, Reason, Verdict
    from eligibility.engine import Engine
    from knowledge.base import Base, SourceRef


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict in the shape of DESIGN § 3."""
    return {
        "about": verdict.about,
        "subject": verdict.subject,
        "nominative": verdict.nominative,
        "org_access": verdict.org_access,
        "structure_boxes": verdict.structure_boxes,
        "boxes": None if verdict.boxes is None else list(verdict.boxes),
        "conditions": list(verdict.conditions),
        "rows": list(verdict.rows),
        "facts": dict(verdict.facts),
    }


def ask_json(ask: Ask) -> dict[str, Any]:
    """A question in the shape of DESIGN § 3."""
    return {
        "fact": ask.fact,
        "question": ask.question,
        "options": [{"value": o.value, "label": o.label} for o in ask.options],
    }


def source_json(ref: SourceRef) -> dict[str, Any]:
    """A source in the shape of DESIGN § 3."""
    return {
        "id": ref.id,
        "title": ref.title,
        "locator": ref.locator,
        "url": ref.url,
        "checked_on": ref.checked_on.isoformat(),
    }


def sources_of(base: Base, decision: Decision) -> list[SourceRef]:
    """The sources of a decision: first the texts of its legal basis with their own locator, then the rest."""
    return base.resolve(decision.cites)


def reason_json(base: Base, reason: Reason) -> dict[str, Any]:
    """A step of the explanation."""
    return {
        "text": reason.text,
        "fact": reason.fact or None,
        "value": reason.value or None,
        "row": reason.row or None,
        "basis": [base.basis_label(ref) for ref in reason.basis],
        "presumed": reason.presumed,
    }


def knowledge_json(base: Base) -> dict[str, str]:
    """The fingerprint that every answer carries."""
    return {"digest": base.digest, "as_of": base.as_of.isoformat()}


def decision_json(engine: Engine, decision: Decision) -> dict[str, Any]:
    """The answer of `eligible --json` and of POST /api/v1/eligibility: a question or a decision (DESIGN § 4)."""
    base = engine.base
    if is_question(decision):
        assert decision.asks is not None  # noqa: S101 - narrows the type for mypy
        return {
            "step": "question",
            "asks": ask_json(decision.asks),
            "possible": [verdict_json(v) for v in possible_verdicts(engine, decision.answers)],
            "knowledge": knowledge_json(base),
        }
    return {
        "step": "decision",
        "verdict": verdict_json(decision.verdict),
        "why": [reason_json(base, reason) for reason in decision.why],
        "why_not": [
            {
                "row": near.row,
                "text": near.text,
                "failed": [{"fact": f.fact, "found": f.found, "needed": list(f.needed)} for f in near.failed],
            }
            for near in decision.why_not
        ],
        "possible": [verdict_json(v) for v in remaining(engine, decision)],
        "sources": [source_json(ref) for ref in sources_of(base, decision)],
        "knowledge": knowledge_json(base),
    }


def is_question(decision: Decision) -> bool:
    """Is there a question left that the person has not answered yet?"""
    if decision.asks is None:
        return False
    given = getattr(decision.answers, decision.asks.fact)
    # A vague employer ("une association") was given and still leaves the question open.
    return given is None or (decision.asks.fact == "employer" and given != "unknown")


def remaining(engine: Engine, decision: Decision) -> tuple[Verdict, ...]:
    """After « je ne sais pas »: the verdicts that remain possible, when there are several."""
    if "unknown" not in decision.verdict.facts.values():
        return ()
    found = possible_verdicts(engine, decision.answers)
    return found if len(found) > 1 else ()


def verdict_lines(base: Base, verdict: Verdict) -> list[str]:
    """The verdict in French sentences, the same words on every surface."""
    lines = []
    if verdict.nominative != "n/a":
        lines.append(base.wording(f"verdict.nominative.{verdict.nominative}"))
        lines.append(base.wording(f"verdict.org_access.{verdict.org_access}"))
    if verdict.structure_boxes != "n/a":
        lines.append(base.wording(f"verdict.structure_boxes.{verdict.structure_boxes}"))
    return lines


def boxes_line(base: Base, verdict: Verdict) -> str:
    """What to ask for, in French."""
    if verdict.boxes is None:
        return base.wording("verdict.boxes.open")
    if not verdict.boxes:
        return base.wording("verdict.boxes.none")
    names = " ; ".join(base.wording(f"box.{code}") for code in verdict.boxes)
    return base.wording("verdict.boxes.some", boxes=names)


def text_report(engine: Engine, decision: Decision) -> str:
    """The decision or the next question for a terminal."""
    base = engine.base
    verdict = decision.verdict
    lines = [upper_first(verdict.subject)]
    lines += ["  " + line for line in verdict_lines(base, verdict)]
    lines.append("  " + boxes_line(base, verdict))
    lines += _block(
        "Conditions",
        (f"{base.section('conditions')[c].label} : {base.section('conditions')[c].text}" for c in verdict.conditions),
    )
    if is_question(decision) and decision.asks:
        lines += ["", f"Question suivante ({decision.asks.fact}) : {decision.asks.question}"]
        lines += [f"  {o.value} : {o.label}" for o in decision.asks.options]
    lines += _block("Pourquoi", (_with_basis(base, reason) for reason in decision.why))
    lines += _block("Pourquoi pas mieux", (near.text for near in decision.why_not))
    lines += _block("Ce qui reste ouvert", (base.section("ambiguities")[a].answer for a in decision.ambiguities))
    lines += _block("Sources", (_source_line(ref) for ref in sources_of(base, decision)))
    lines += ["", "Lignes : " + ", ".join(verdict.rows), footer(base)]
    return "\n".join(lines)


def footer(base: Base) -> str:
    """Fingerprint, date and, until a jurist has signed this base, the warning of DESIGN § 1."""
    text = base.wording("state", digest=base.digest[:12], day=f"{base.as_of:%d/%m/%Y}")
    return text if base.reviewed else f"{text}\n{base.wording('not_reviewed')}"


def _block(title: str, lines: Iterable[str]) -> list[str]:
    found = [f"  - {line}" for line in lines]
    return ["", title, *found] if found else []


def _with_basis(base: Base, reason: Reason) -> str:
    labels = ", ".join(base.basis_label(ref) for ref in reason.basis)
    return f"{reason.text} [{labels}]" if labels else reason.text


def _source_line(ref: SourceRef) -> str:
    parts = [ref.title, ref.locator, f"vérifié le {ref.checked_on:%d/%m/%Y}", ref.url]
    return ", ".join(part for part in parts if part)
