"""/api/v1: the same verdicts and replies as JSON (DESIGN § 4). No cookie, errors as RFC 9457 problem JSON in French."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g
from werkzeug.exceptions import NotFound

from bot.api.bodies import read_body
from bot.api.catalogue import SECTIONS, detail, listing
from bot.api.openapi import document
from bot.api.problems import refused
from bot.api.routing import METHODS, expose
from bot.api.search import Search
from bot.api.sending import send_check_view
from bot.api.shapes import ChatRequest, EligibilityRequest, SearchRequest, fits
from bot.chat.showing import explained, shown
from bot.chat.views import turn_html
from eligibility.answers import FACT_NAMES, FactError, FactFault, read_answers
from eligibility.engine import Engine
from eligibility.report import decision_json, knowledge_json
from knowledge.base import DateNotCovered, read_day

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from bot.chat.conversation import Conversation
    from bot.chat.replies import Reply
    from bot.chat.state import Seal, State
    from knowledge.base import Base


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
        answer: dict[str, Any] = {**reply.as_json(base, g.today), "state": sealed}
        if body.explain:
            answer["explanation"] = explanation(reply)
        if body.html:
            answer["html"] = html(reply, state, sealed)
        return answer

    def explanation(reply: Reply) -> dict[str, Any]:
        return {
            "details": reply.details,
            "heard": explained(reply),
            "links": [{"label": label, "url": f"/{address}"} for label, address in reply.links],
        }

    def html(reply: Reply, state: State, sealed: str) -> str:
        return turn_html(shown(conversation, state, reply, g.today), sealed)

    def eligibility() -> ResponseReturnValue:
        """A decision, or the next question, from `{facts, on?}`."""
        body = read_body(EligibilityRequest)
        used, errors = engine, []
        try:
            day = None if body.on is None else read_day(body.on)
            used = engine if day is None else Engine(base.at(day))
        except DateNotCovered as error:
            errors.append({"detail": str(error), "pointer": "#/on"})
        except ValueError:
            errors.append({"detail": "La date se lit mal : écrivez AAAA-MM-JJ.", "pointer": "#/on"})
        faults = faults_of(used.base, body.facts)
        errors += [fault_json(fault) for fault in faults]
        if errors:
            return refused(errors)
        return decision_json(used, used.decide(read_answers(used.base, body.facts)))

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

    expose(bp, "", get=lambda: index(base))
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


def faults_of(base: Base, facts: dict[str, Any]) -> list[FactFault]:
    """Every fact that the API does not admit: wrong, or right but written as only a person would."""
    found: list[FactFault] = []
    try:
        read_answers(base, facts)
    except FactError as error:
        found += error.faults
    told = {fault.fact for fault in found}
    found += [
        FactFault(name, f"Valeur mal écrite pour « {name} » : donnez l’identifiant, tel que la liste le donne.")
        for name, value in facts.items()
        if name in FACT_NAMES and name not in told and not fits(base, name, value)
    ]
    return found


def fault_json(fault: FactFault) -> dict[str, str]:
    """A fault at its place; a name that is no fact's may be anything: it is not repeated."""
    if fault.fact not in FACT_NAMES:
        return {"detail": fault.message, "pointer": "#/facts"}
    return {"detail": fault.message, "pointer": f"#/facts/{fault.fact}", "fact": fault.fact}


def index(base: Base) -> dict[str, Any]:
    """What this API offers and where it is described, for whoever opens its address."""
    return {
        "title": "Guide MSSanté",
        "openapi": "/api/v1/openapi.json",
        "links": {
            **{name: f"/api/v1/{name}" for name in ("chat", "eligibility", "search", "send-check")},
            **{section: f"/api/v1/{section}" for section in SECTIONS},
        },
        "knowledge": knowledge_json(base),
    }
