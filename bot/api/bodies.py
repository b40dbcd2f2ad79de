"""Read a posted body into its shape; say in French what does not fit, without repeating what was sent."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from flask import request
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

T = TypeVar("T")

_PLACE = re.compile(r" - at `\$(.*)`$")
_FIELD = re.compile(r"field `([a-z_]{1,30})`")
"""A name that looks like one of ours: any other may be anything, and is not repeated."""


def read_body(shape: type[T]) -> T:
    """The posted JSON object. Raises 400, 413, 415 or 422 with a French sentence."""
    if not request.is_json:
        raise UnsupportedMediaType()
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except msgspec.ValidationError as error:
        raise refusal(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest("Le corps de la demande n’est pas du JSON lisible (UTF-8).") from None


def refusal(message: str) -> BadRequest | UnprocessableEntity:
    """What msgspec says, in French."""
    found = _PLACE.search(message)
    place = found[1].lstrip(".") if found else ""
    if not place and message.startswith("Expected `object`"):
        return BadRequest("Le corps de la demande n’est pas un objet JSON.")
    inside = f" dans « {place} »" if place else ""
    field = _FIELD.search(message)
    if field and "unknown" in message:
        return UnprocessableEntity(f"Champ inconnu « {field[1]} »{inside}.")
    if field and "missing" in message:
        return UnprocessableEntity(f"Il manque « {field[1]} »{inside}.")
    if "unknown field" in message:
        return UnprocessableEntity(f"Champ inconnu{inside}.")
    if "length" in message:
        return UnprocessableEntity(f"« {place} » : longueur non admise.")
    return UnprocessableEntity(f"« {place} » : valeur non admise.")
