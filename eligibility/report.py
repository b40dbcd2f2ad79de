"""A decision as JSON of DESIGN § 4 and as French lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs

from eligibility.phrases import upper_first
from eligibility.questions import ask_for, possible_verdicts, representatives
from eligibility.whatif import changes, minimal_reason, spared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eligibility.answers import Answers
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
    """The fingerprint that every answer carries; `on` when another day than the last check is answered for."""
    found = {"digest": base.digest, "as_of": base.as_of.isoformat()}
    return found if base.day == base.as_of else {**found, "on": base.day.isoformat()}


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
        **whatif_json(engine, decision.answers),
        "asks": ask_json(left) if (left := left_to_ask(engine, decision)) else None,
        "sources": [source_json(ref) for ref in sources_of(base, decision)],
        "knowledge": knowledge_json(base),
    }


def whatif_json(engine: Engine, answers: Answers) -> dict[str, Any]:
    """What suffices for the decision, and each single answer that would change it, most favourable first."""
    return {
        "minimal": [
            {"fact": s.fact, "value": s.value, "text": s.text, "presumed": s.presumed}
            for s in minimal_reason(engine, answers)
        ],
        "changes": [
            {
                "fact": change.fact,
                "value": change.value,
                "text": change.text,
                "verdict": verdict_json(change.verdict),
                "sources": [
                    source_json(ref) for ref in engine.base.resolve(c for row in change.rows for c in row.cites)
                ],
            }
            for prospect in changes(engine, answers)
            for change in prospect.changes
        ],
    }


def is_question(decision: Decision) -> bool:
    """Is there a question left that the person has not answered yet?"""
    if decision.asks is None:
        return False
    given = getattr(decision.answers, decision.asks.fact)
    # A vague employer ("une association") was given and still leaves the question open.
    return given is None or (decision.asks.fact == "employer" and given != "unknown")


def left_to_ask(engine: Engine, decision: Decision) -> Ask | None:
    """What would make a verdict more precise: the question it leaves open, or an employer nobody stated.

    Some professions are decided without their employer and yet change quality with it (letters g, i and j).
    """
    if is_question(decision):
        return None
    if decision.asks is not None:
        return decision.asks
    answers, base = decision.answers, engine.base
    placed = any(base.professions[name].place for name in answers.profession or () if name in base.professions)
    if not placed or answers.employer is not None or not answers.person_asked:
        return None
    now = decision.verdict.nominative
    elsewhere = (engine.verdict(structs.replace(answers, employer=name)) for name in representatives(engine))
    return ask_for(base, "employer") if any(verdict.nominative != now for verdict in elsewhere) else None


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
    if not is_question(decision):
        lines += _whatif_lines(engine, decision.answers)
    left = left_to_ask(engine, decision)
    if left is not None:
        lines += ["", f"Pour préciser ({left.fact}) : {left.question}"]
    names = [n for n in decision.answers.profession or () if n in base.professions]
    lines += _block("À savoir", (base.professions[n].remark for n in names if base.professions[n].remark))
    open_questions = (base.section("ambiguities")[a] for a in decision.ambiguities)
    lines += _block(
        "Ce qui reste ouvert", (f"{a.question} {a.answer} Qui tranche : {a.who_decides}" for a in open_questions)
    )
    if verdict.nominative != "no" or verdict.org_access != "no":
        lines += _block("À chaque message", (f"{r.label}. {r.text}" for r in base.sections.reminders))
    lines += _block("Sources", (_source_line(ref) for ref in sources_of(base, decision)))
    lines += ["", "Lignes : " + ", ".join(verdict.rows), footer(base)]
    return "\n".join(lines)


def footer(base: Base) -> str:
    """Fingerprint, date and, until a jurist has signed this base, the warning of DESIGN § 1."""
    text = base.wording("state", digest=base.digest[:12], day=f"{base.as_of:%d/%m/%Y}")
    if base.day != base.as_of:
        text = f"{base.wording('state_on', day=f'{base.day:%d/%m/%Y}')} {text}"
    return text if base.reviewed else f"{text}\n{base.wording('not_reviewed')}"


def _whatif_lines(engine: Engine, answers: Answers) -> list[str]:
    base = engine.base
    minimal = minimal_reason(engine, answers)
    enough = [s.text for s in minimal]
    rest = spared(engine, answers, minimal)
    if rest:
        enough.append(base.wording("whatif.rest", facts=", ".join(rest)))
    lines = _block(base.wording("whatif.enough"), enough)
    lines += ["", base.wording("whatif.changes")]
    prospects = changes(engine, answers)
    for prospect in prospects:
        lines.append("  " + " ".join((*verdict_lines(base, prospect.verdict), boxes_line(base, prospect.verdict))))
        lines += [f"    - {change.text} [{', '.join(change.verdict.rows)}]" for change in prospect.changes]
    return lines if prospects else [*lines, "  " + base.wording("whatif.none")]


def _block(title: str, lines: Iterable[str]) -> list[str]:
    found = [f"  - {line}" for line in lines]
    return ["", title, *found] if found else []


def _with_basis(base: Base, reason: Reason) -> str:
    labels = ", ".join(base.basis_label(ref) for ref in reason.basis)
    return f"{reason.text} [{labels}]" if labels else reason.text


def _source_line(ref: SourceRef) -> str:
    parts = [ref.title, ref.locator, f"vérifié le {ref.checked_on:%d/%m/%Y}", ref.url]
    return ", ".join(part for part in parts if part)
