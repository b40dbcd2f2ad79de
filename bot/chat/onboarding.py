"""« Démarrer »: the steps from eligible to first send, for this person or structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.replies import Reply
from eligibility.steps import steps_for

if TYPE_CHECKING:
    from bot.chat.wording import Writer
    from eligibility.decision import Decision


def onboarding_reply(writer: Writer, decision: Decision, region: str) -> Reply:
    """The checklist of this person: titles first, the rest in the details."""
    steps = steps_for(writer.base, decision, region)
    if not steps or decision.verdict.boxes == ():
        return Reply("clarification", ["elig_generale"], writer.say("start_who"))
    head = f"**{writer.say('start_title')}**"
    lines = [f"{n}. {step.title}" for n, step in enumerate(steps[:10], 1)]
    details = "\n\n".join(f"**{n}. {step.title}** {step.text}" for n, step in enumerate(steps, 1))
    return Reply(
        kind="answer",
        topics=writer.topics_of(decision),
        text=head + "\n\n" + "\n".join(lines),
        sources=writer.base.resolve([cite for step in steps for cite in step.cites]),
        details=details,
        suggestions=[writer.say("suggest.boxes"), writer.say("suggest.change")],
        links=[(writer.say("start_title").rstrip(" :"), "demarrer/")],
    )
