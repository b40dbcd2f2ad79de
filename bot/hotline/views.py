"""/hotline: one screen for an agent with a caller on the line. Works as plain forms; keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, abort, g, request

from bot.chat.showing import shown
from bot.chat.state import State
from bot.hotline.mail import contact_line, contacts_of, read_aloud, ready_mail
from bot.hotline.panel import ABOUTS, Panel, facts_of, front
from bot.web.shell import page
from eligibility.answers import FactError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from bot.chat.conversation import Conversation
    from bot.chat.replies import Reply
    from bot.chat.state import Seal
    from knowledge.base import Base
    from knowledge.model import Symptom


def hotline_blueprint(conversation: Conversation, seal: Seal) -> Blueprint:
    """The agent's screen over one conversation."""
    base = conversation.base
    bp = Blueprint("hotline", __name__, template_folder="templates")
    panel = Panel(base)
    frequent = [(s.topics[0], s.title) for s in base.sections.symptoms if s.topics]

    @bp.get("/hotline", endpoint="show")
    def blank() -> ResponseReturnValue:
        """A new case."""
        return screen(State())

    @bp.post("/hotline")
    def turn() -> ResponseReturnValue:
        """What the caller said, facts changed, or another person of the case."""
        g.answers_typed_text = True
        state = conversation.known(seal.open(request.form.get("state")))
        doing = request.form.get("do", "say")
        if doing == "facts":
            return changed(state)
        if doing == "person":
            return other(state)
        if doing == "topic":
            return sheet(state)
        text = said(state)
        return answered(*conversation.say(state, text), text) if text else screen(state)

    def said(state: State) -> str:
        """The message; the number of an option stands for it."""
        text = request.form.get("text", "").strip()
        options = conversation.options(state)
        if text.isdecimal() and 1 <= int(text[:3]) <= len(options):
            return options[int(text) - 1].label
        return text

    def changed(state: State) -> ResponseReturnValue:
        region = request.form.get("region", "")
        if region and region not in base.section("regions"):
            abort(422, "Cette région n’existe pas.")
        state = msgspec.structs.replace(state, region=region)
        facts, about = facts_of(request.form), request.form.get("about", "")
        before = state.subjects[0] if state.subjects else None
        same = before is not None and (facts, about) == (before.facts, before.about)
        eligible = not state.topic or state.topic.startswith("elig_")
        if (same or not facts) and state.topic and not eligible:
            # Only the region changed, or nothing is known of the caller: the topic answered stays.
            return answered(*conversation.about_topic(state, state.topic))
        if not facts:
            return screen(msgspec.structs.replace(state, subjects=(), asked="", topic=""))
        try:
            return answered(*conversation.about_facts(state, facts, about))
        except FactError as error:
            return screen(state, fault=str(error)), 422

    def other(state: State) -> ResponseReturnValue:
        index = request.form.get("person", "")
        if not index.isdecimal() or int(index[:3]) >= len(state.subjects):
            abort(422, "Cette personne n’est plus dans le dossier.")
        state = msgspec.structs.replace(state, subjects=front(state, int(index)))
        return answered(*conversation.about_person(state))

    def sheet(state: State) -> ResponseReturnValue:
        topic = request.form.get("topic", "")
        if topic not in base.section("topics"):
            abort(422, "Ce sujet n’existe pas, ou plus.")
        return answered(*conversation.about_topic(state, topic))

    def answered(state: State, reply: Reply, text: str = "") -> ResponseReturnValue:
        view = shown(conversation, state, reply, g.today)
        return screen(
            state,
            shown=view,
            said="" if view.forget else text,
            forgotten=view.forget,
            aloud=read_aloud(base, reply),
            mail="" if view.forget else ready_mail(base, reply, state.region, request.host_url, g.today),
            contacts=[contact_line(base, contact) for contact in contacts_of(base, reply, state.region)],
            symptoms=symptoms_of(base, reply),
        )

    def screen(state: State, **values: Any) -> str:
        return page(
            "hotline/page.html",
            state=seal.close(state),
            person=state.subjects[0] if state.subjects else None,
            fields=panel.fields(state.subjects[0] if state.subjects else None),
            others=[(i, panel.summary(p)) for i, p in enumerate(state.subjects) if i],
            regions=panel.regions,
            region=state.region,
            abouts=ABOUTS,
            frequent=frequent,
            **values,
        )

    return bp


def symptoms_of(base: Base, reply: Reply) -> list[Symptom]:
    """The cheat sheets on the topic answered: what to check, whom to hand over to."""
    topic = reply.topics[0] if reply.topics else ""
    return [symptom for symptom in base.sections.symptoms if topic and topic in symptom.topics][:2]
