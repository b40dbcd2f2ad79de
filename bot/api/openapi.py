"""The OpenAPI 3.1 document of /api/v1, made from the shapes that the API itself reads and the ids of the base."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from bot.api import shapes
from bot.api.catalogue import SECTIONS
from bot.api.sending import send_schemas
from bot.api.shapes import values_of
from eligibility.answers import FACT_NAMES, UNKNOWN
from knowledge.base import FIRST_DAY

if TYPE_CHECKING:
    import datetime

    from knowledge.base import Base

Json = dict[str, Any]

NAMES = {
    "professions": "métiers et situations",
    "structures": "structures",
    "boxes": "types de boîtes",
    "usages": "usages documentés",
    "sources": "sources",
    "topics": "sujets de l’assistant",
}
REFUSALS = {
    400: "Le corps n’est pas un objet JSON lisible.",
    404: "Aucune fiche ne porte cet identifiant.",
    413: "L’envoi est trop lourd.",
    415: "L’envoi n’est pas du JSON.",
    422: "Une valeur n’est pas admise ; « detail » dit laquelle.",
}


def document(base: Base) -> Json:
    """The whole document for this base."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Guide MSSanté",
            "version": version("mssante-guide"),
            "summary": "Éligibilité, boîtes et usages de MSSanté : les réponses du guide, avec leurs sources.",
            "description": f"{base.wording('unofficial')}. Aucun cookie, aucun compte. Ce qui est envoyé n’est ni "
            "conservé ni journalisé. Les erreurs suivent la RFC 9457, en français.",
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/v1": {"get": _operation("index", "Les adresses de l’API", "", _ref("Index"))},
            **_posts(),
            **_lists(base),
            "/api/v1/openapi.json": {"get": _own()},
        },
        "components": {"schemas": schemas(base)},
    }


def schemas(base: Base) -> Json:
    """Every schema that a path refers to."""
    types: list[Any] = [
        shapes.ChatRequest,
        shapes.ChatReply,
        shapes.EligibilityRequest,
        shapes.Question,
        shapes.Decision,
        shapes.SearchRequest,
        shapes.SearchResults,
        shapes.Index,
        shapes.Listing,
        shapes.Problem,
        *SECTIONS.values(),
    ]
    _, found = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    components: Json = dict(found)
    components |= send_schemas()
    components["Facts"] = facts_schema(base)
    components["EligibilityRequest"]["properties"] = {
        "facts": {"$ref": "#/components/schemas/Facts"},
        "on": {"type": ["string", "null"], "pattern": days_pattern(FIRST_DAY, base.as_of)},
    }
    for section, kind in SECTIONS.items():
        components[f"Detail{kind.__name__}"] = {
            "type": "object",
            "description": f"Une fiche entière ({NAMES[section]}), avec ses sources.",
            "properties": {
                "id": {"type": "string"},
                "label": {"type": "string"},
                "url": {"type": "string"},
                "entry": {"$ref": f"#/components/schemas/{kind.__name__}"},
                "sources": {"type": "array", "items": {"$ref": "#/components/schemas/SourceRef"}},
                "knowledge": {"$ref": "#/components/schemas/Knowledge"},
            },
            "required": ["id", "label", "url", "entry", "sources", "knowledge"],
            "additionalProperties": False,
        }
    return components


def facts_schema(base: Base) -> Json:
    """The facts that may be given: the ids and options of this base, null for « not answered »."""
    properties: Json = {}
    for name in FACT_NAMES:
        values = values_of(base, name)
        one = {"enum": [*values, None]}
        if base.section("facts")[name].many:
            names = "|".join(value.replace(".", r"\.") for value in values)
            several = {"type": "string", "pattern": f"^({names})(,({names}))*$"}
            properties[name] = {
                "anyOf": [several, {"type": "array", "items": {"enum": list(values)}}, {"type": "null"}]
            }
        else:
            properties[name] = one
        properties[name]["description"] = base.section("facts")[name].label
    return {
        "type": "object",
        "description": "Les faits connus. Absent ou null : pas répondu ; « unknown » : je ne sais pas.",
        "properties": properties,
        "additionalProperties": False,
        "anyOf": _kinds_of_employers(base),
    }


def _kinds_of_employers(base: Base) -> list[Json]:
    """A category given beside a structure must be that structure's own."""
    branches: list[Json] = [
        {"properties": {"kind": {"type": "null"}}},
        {"properties": {"employer": {"enum": [UNKNOWN, None]}}},
    ]
    for kind in values_of(base, "kind"):
        names = [name for name, structure in base.structures.items() if structure.kind == kind]
        if names:
            branches.append({"properties": {"kind": {"const": kind}, "employer": {"enum": names}}})
    return branches


def days_pattern(first: datetime.date, last: datetime.date) -> str:
    """A pattern that exactly the days of a stretch match, written year-month-day."""
    months: dict[str, list[str]] = {}
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = first.fromordinal(number)
        months.setdefault(f"{day:%Y-%m}", []).append(f"{day:%d}")
    alike: dict[str, list[str]] = {}
    for month, days in months.items():
        alike.setdefault("|".join(days), []).append(month)
    return "^(" + "|".join(f"({'|'.join(names)})-({days})" for days, names in alike.items()) + ")$"


# Paths


def _posts() -> Json:
    return {
        "/api/v1/chat": {
            "post": _operation(
                "chat",
                "Poser une question à l’assistant",
                "Rendez « state » avec le message suivant : le serveur ne garde pas la conversation.",
                _ref("ChatReply"),
                "ChatRequest",
            )
        },
        "/api/v1/eligibility": {
            "post": _operation(
                "eligibility",
                "Décider, ou obtenir la question suivante",
                "Mêmes verdicts que le guide, la page d’éligibilité et la ligne de commande.",
                {
                    "oneOf": [_ref("Question"), _ref("Decision")],
                    "discriminator": {
                        "propertyName": "step",
                        "mapping": {
                            "question": "#/components/schemas/Question",
                            "decision": "#/components/schemas/Decision",
                        },
                    },
                },
                "EligibilityRequest",
            )
        },
        "/api/v1/search": {
            "post": _operation(
                "search",
                "Chercher dans le guide",
                "Métiers et structures malgré les fautes de frappe, questions, glossaire, sujets.",
                _ref("SearchResults"),
                "SearchRequest",
            )
        },
        "/api/v1/send-check": {
            "post": _operation(
                "sendCheck",
                "Jouer les règles d’envoi du bac à sable",
                "Une tentative dans un monde fictif : rien n’est envoyé. Le contrat est send.schema.json.",
                _ref("Send-result"),
                "SendAttempt",
            )
        },
    }


def _lists(base: Base) -> Json:
    paths: Json = {}
    for section, kind in SECTIONS.items():
        paths[f"/api/v1/{section}"] = {
            "get": _operation(f"list_{section}", f"Liste : {NAMES[section]}", "", _ref("Listing"))
        }
        one = _operation(f"get_{section}", f"Une fiche : {NAMES[section]}", "", _ref(f"Detail{kind.__name__}"))
        one["responses"]["404"] = _problem(404)
        one["parameters"] = [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "L’identifiant, tel que la liste le donne.",
                "schema": {"type": "string", "enum": list(base.section(section))},
            }
        ]
        paths[f"/api/v1/{section}/{{id}}"] = {"get": one}
    return paths


def _own() -> Json:
    return _operation("openapi", "Ce document", "", {"type": "object", "required": ["openapi", "info", "paths"]})


def _operation(name: str, summary: str, description: str, answer: Json, body: str = "") -> Json:
    operation: Json = {
        "operationId": name,
        "summary": summary,
        "responses": {"200": {"description": "La réponse.", "content": {"application/json": {"schema": answer}}}},
    }
    if description:
        operation["description"] = description
    if body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(body)}}}
        operation["responses"].update({str(status): _problem(status) for status in (400, 413, 415, 422)})
    return operation


def _problem(status: int) -> Json:
    return {
        "description": REFUSALS[status],
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
