"""/api/v1: the same verdicts as JSON (DESIGN § 4). No cookie, errors as RFC 9457 problem JSON in French."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from bot.web.shell import error_answer
from eligibility.answers import FactError, read_answers
from eligibility.engine import Engine
from eligibility.report import decision_json
from knowledge.base import DateNotCovered, read_day

if TYPE_CHECKING:
    import datetime

    from flask.typing import ResponseReturnValue


def api_blueprint(engine: Engine) -> Blueprint:
    """The API over one engine."""
    bp = Blueprint("api", __name__, url_prefix="/api/v1")

    @bp.post("/eligibility")
    def eligibility() -> ResponseReturnValue:
        """A decision, or the next question, from `{facts, on?}`."""
        body = json_body()
        facts = body.get("facts", {})
        if not isinstance(facts, dict):
            return error_answer(422, "« facts » : attendu un objet { nom: valeur }.")
        try:
            day = _day(body.get("on"))
            used = engine if day is None else Engine(engine.base.at(day))
            decision = used.decide(read_answers(used.base, facts))
        except DateNotCovered as error:
            return error_answer(422, str(error))
        except FactError as error:
            return error_answer(422, str(error), fact=error.fact)
        return decision_json(used, decision)

    return bp


def json_body() -> dict[str, Any]:
    """The posted JSON object. Raises 400 or 415 with a French sentence."""
    if not request.is_json:
        raise UnsupportedMediaType()
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest("Le corps de la demande n’est pas un objet JSON.")
    return body


def _day(value: object) -> datetime.date | None:
    if value is None:
        return None
    try:
        return read_day(value if isinstance(value, str) else "")
    except ValueError:
        raise DateNotCovered(f"« {value} » n’est pas une date : écrivez AAAA-MM-JJ.") from None
