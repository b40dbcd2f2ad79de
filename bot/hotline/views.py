"""/hotline: one screen for an agent with a caller on the line. Works as plain forms; keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, abort, g, request

from bot.chat.showing import shown
from bot.chat.state import State
from bot.chat.trail import earlier, onward
from bot.hotline.mail import contact_line, contacts_of, read_aloud, ready_mail
from bot.hotline.panel import ABOUTS, Panel, facts_of, front, revised
from bot.identity_numbers import holds_nir
from bot.web.shell import page
from eligibility.answers import FactError, read_answers

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
        """One form for the whole screen: whichever button sends it, the facts and the question come along."""
        g.answers_typed_text = True
        form = request.form
        if "back" in form:
            return back()
        known = conversation.known(seal.open(form.get("state")))
        typed, choice = form.get("text", "").strip(), form.get("choice", "")
        text, picked = option(known, choice or typed)
        try:
            state = with_panel(known)
        except FactError as error:
            return screen(known, fault=str(error), draft=kept(typed), trail=" ".join(earlier(form))), 422
        if picked:
            # An option answers what was asked on the screen it stood on, whatever the panel says of it.
            state = msgspec.structs.replace(state, asked=known.asked, offered=known.offered)
        if "person" in form:
            state = other(state)
        if "topic" in form:
            return answered(*sheet(state), draft=kept(typed))
        if text:
            return answered(*conversation.say(state, text), text, draft=kept(typed) if choice else "")
        if "person" in form:
            return answered(*conversation.about_person(state))
        return refreshed(state, known)

    def option(state: State, text: str) -> tuple[str, bool]:
        """What was said, the number of an option standing for it; is it one of the options?"""
        options = conversation.options(state)
        if text.isdecimal() and 1 <= int(text[:3]) <= len(options):
            return options[int(text) - 1].label, True
        return text, text in {option.label for option in options}

    def kept(typed: str) -> str:
        """What was typed and not answered yet, to stay in its field; a number of a patient stays nowhere."""
        return "" if holds_nir(typed) else typed

    def with_panel(state: State) -> State:
        """The case with the facts and the region as the screen held them. Raises FactError."""
        if "about" not in request.form:
            return state
        region = request.form.get("region", "")
        if region and region not in base.section("regions"):
            abort(422, "Cette région n’existe pas.")
        facts, about = facts_of(request.form), request.form["about"]
        read_answers(base, facts, about)
        return revised(msgspec.structs.replace(state, region=region), facts, about)

    def refreshed(state: State, before: State) -> ResponseReturnValue:
        """No word was said: the verdict on new facts, or the same answer for another region."""
        if state.subjects and state.subjects[0] not in before.subjects[:1]:
            person = state.subjects[0]
            return answered(*conversation.about_facts(state, person.facts, person.about))
        again = conversation.again(state)
        return answered(*again) if again else screen(state, trail=onward(request.form))

    def back() -> ResponseReturnValue:
        """The answer before, which a browser may not keep."""
        trail = earlier(request.form)
        state = conversation.known(seal.open(trail.pop() if trail else None))
        again = conversation.again(state)
        return answered(*again, trail=" ".join(trail)) if again else screen(state)

    def other(state: State) -> State:
        index = request.form.get("person", "")
        if not index.isdecimal() or int(index[:3]) >= len(state.subjects):
            abort(422, "Cette personne n’est plus dans le dossier.")
        return msgspec.structs.replace(state, subjects=front(state, int(index)))

    def sheet(state: State) -> tuple[State, Reply]:
        topic = request.form.get("topic", "")
        if topic not in base.section("topics"):
            abort(422, "Ce sujet n’existe pas, ou plus.")
        return conversation.about_topic(state, topic)

    def answered(
        state: State, reply: Reply, text: str = "", *, draft: str = "", trail: str | None = None
    ) -> ResponseReturnValue:
        view = shown(conversation, state, reply, g.today)
        return screen(
            state,
            shown=view,
            said="" if view.forget else text,
            forgotten=view.forget,
            draft=draft,
            trail=onward(request.form) if trail is None else trail,
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
