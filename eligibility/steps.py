"""From eligible to first send: the onboarding steps that concern a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eligibility.decision import Decision
    from knowledge.base import Base
    from knowledge.model import Step


def steps_for(base: Base, decision: Decision, region: str = "") -> list[Step]:
    """The onboarding steps that concern this decision, in order."""
    names = [n for n in decision.answers.profession or () if n in base.professions]
    registered = {base.professions[n].registered_by for n in names}
    qualities = {base.professions[n].quality for n in names}
    employer = decision.answers.employer
    kind = base.structures[employer].kind if employer and employer in base.structures else decision.answers.kind
    subject = "structure" if decision.verdict.nominative == "n/a" else "person"
    boxes = set(decision.verdict.boxes or ())
    found = [
        step
        for step in base.sections.onboarding
        if step.subject == subject
        and (not step.registered_by or registered & set(step.registered_by))
        and (not step.qualities or qualities & set(step.qualities))
        and (not step.employers or kind in step.employers)
        and (not step.regions or region in step.regions)
        and (not step.conditions or set(step.conditions) & set(decision.verdict.conditions))
        and (not step.boxes or boxes & set(step.boxes))
    ]
    return sorted(found, key=lambda step: step.order)
