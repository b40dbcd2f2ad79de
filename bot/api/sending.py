"""POST send-check: the send rules of the sandbox on one attempt (DESIGN § 5). Nothing is sent."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from bot.api.problems import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from knowledge.base import Base

Json = dict[str, Any]

ONE_LINE = r"^[^\r\n\u0000]*$"
"""What would begin another header is refused (bot.sandbox.reading); the contract's schema leaves it unsaid."""


def send_check_view(base: Base) -> Callable[[], ResponseReturnValue]:
    """The view over one base; the rules and the fictional world are read at its first use."""
    # Imported here: nothing of the sandbox is loaded before it is asked for.
    from bot.sandbox.reading import FaultyAttempt, parse_json

    @cache
    def check() -> Any:
        from bot.sandbox.check_command import SendCheck

        return SendCheck(base)

    def send_check() -> ResponseReturnValue:
        """The result of an attempt, or every fault of it in French."""
        if not request.is_json:
            raise UnsupportedMediaType()
        try:
            document = parse_json(request.get_data())
        except FaultyAttempt as fault:
            raise BadRequest(str(fault)) from None
        if not isinstance(document, dict):
            raise BadRequest("Le corps de la demande n’est pas un objet JSON.")
        try:
            result = check().of(document)
        except FaultyAttempt as fault:
            return refused([{"detail": one} for one in fault.faults])
        # Escaped: an address may hold a lone surrogate, which UTF-8 cannot say.
        return Response(json.dumps(result), mimetype="application/json")

    return send_check


def send_schemas() -> Json:
    """Attempt and result as the shared contract describes them, under names of the OpenAPI document."""
    from bot.sandbox.check_command import schema_text

    text = schema_text().replace('"#/$defs/', '"#/components/schemas/Send-')
    attempt: Json = json.loads(text)
    parts = attempt.pop("$defs")
    attempt.pop("$schema")
    attempt.pop("$id")
    headers = attempt["properties"]["headers"]
    for line in (attempt["properties"]["subject"], *headers["properties"].values(), headers["additionalProperties"]):
        line["pattern"] = ONE_LINE
    return {"SendAttempt": attempt, **{f"Send-{name}": part for name, part in parts.items()}}
