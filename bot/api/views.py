"""/api/v1: the same verdicts and replies as JSON (DESIGN § 4). No cookie, errors as RFC 9457 problem JSON in French."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint
from werkzeug.exceptions import NotFound, UnprocessableEntity

from bot.api.bodies import read_body
from bot.api.catalogue import SECTIONS, detail, listing
from bot.api.openapi import document
from bot.api.routing import METHODS, expose
from bot.api.search import Search
from bot.api.sending import send_check_view
from bot.api.shapes import ChatRequest, EligibilityRequest, SearchRequest, fits
from bot.chat.showing import explained, shown
from bot.chat.views import turn_html
from bot.web.shell import error_answer
from eligibility.answers import FactError, read_answers
from eligibility.engine import Engine
from eligibility.report import decision_json, knowledge_json
from knowledge.base import DateNotCovered, read_day

if TYPE_CHECKING:
    import datetime

    from flask.typing import ResponseReturnValue

    from bot.chat.conversation import Conversation
    from bot.chat.replies import Reply
    from bot.chat.state import Seal, State


def api_blueprint(engine: Engine, conversation: Conversation, seal: Seal) -> Blueprint:
    """The API over one engine and one conversation."""
    bp = Blueprint("api", __name__, url_prefix="/api/v1")
    base = engine.base
    searching = cache(lambda: Search(base))
    described = cache(lambda: document(base))

    def chat() -> ResponseReturnValue:
        """A reply and the next state, from `{text, state?}`."""
        body = read_body(ChatRequest)
        state, reply = conversation.say(conversation.known(seal.open(body.state)), body.text)
        sealed = seal.close(state)
        answer: dict[str, Any] = {**reply.as_json(base), "state": sealed}
        if body.explain:
            answer["explanation"] = explanation(reply)
        if body.html:
            answer["html"] = html(reply, state, sealed)
        return answer

    def explanation(reply: Reply) -> dict[str, Any]:
        return {
            "details": reply.details,
            "heard": explained(base, reply),
            "links": [{"label": label, "url": f"/{address}"} for label, address in reply.links],
        }

    def html(reply: Reply, state: State, sealed: str) -> str:
        return turn_html(shown(conversation, state, reply), sealed)

    def eligibility() -> ResponseReturnValue:
        """A decision, or the next question, from `{facts, on?}`."""
        body = read_body(EligibilityRequest)
        try:
            day = _day(body.on)
            used = engine if day is None else Engine(base.at(day))
            answers = read_answers(used.base, body.facts)
        except DateNotCovered as error:
            return error_answer(422, str(error))
        except FactError as error:
            return error_answer(422, str(error), fact=error.fact)
        for name, value in body.facts.items():
            if not fits(base, name, value):
                return error_answer(422, f"Valeur mal écrite pour « {name} ».", fact=name)
        return decision_json(used, used.decide(answers))

    def search() -> ResponseReturnValue:
        """Entries of the guide that answer the words of `{query}`."""
        hits = searching().find(read_body(SearchRequest).query)
        return {
            "results": [{"section": h.section, "id": h.id, "label": h.label, "url": h.url} for h in hits],
            "knowledge": knowledge_json(base),
        }

    def entries(section: str) -> ResponseReturnValue:
        return listing(base, section)

    def entry(section: str, id: str) -> ResponseReturnValue:
        try:
            return detail(base, section, id)
        except KeyError:
            raise NotFound("Aucune fiche ne porte cet identifiant.") from None

    def nothing(rest: str) -> ResponseReturnValue:
        raise NotFound("Cette adresse n’existe pas. La liste est dans /api/v1/openapi.json.")

    expose(bp, "/chat", post=chat)
    expose(bp, "/eligibility", post=eligibility)
    expose(bp, "/search", post=search)
    expose(bp, "/send-check", post=send_check_view(base))
    expose(bp, "/openapi.json", get=lambda: described())
    for section in SECTIONS:
        expose(bp, f"/{section}", get=partial(entries, section))
        expose(bp, f"/{section}/<id>", get=partial(entry, section))
    bp.add_url_rule("/<path:rest>", "nothing", nothing, methods=METHODS, provide_automatic_options=False)
    return bp


def _day(value: str | None) -> datetime.date | None:
    if value is None:
        return None
    try:
        return read_day(value)
    except ValueError:
        raise UnprocessableEntity(f"« {value} » n’est pas une date : écrivez AAAA-MM-JJ.") from None
