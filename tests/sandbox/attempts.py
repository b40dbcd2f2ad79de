"""Attempts for the tests: an ordinary one to vary, and any at all that the schema admits."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.sandbox.check_command import schema_text
from bot.sandbox.world import load_world

CLAIRE = "claire.durand@ch-abcd.mssante.fr"
HUGO = "hugo.leroy@medecin.zz.mssante.fr"
ALIX = "279139999901254@patient.mssante.fr"
SCHEMA = json.loads(schema_text())
ATTEMPT = Draft202012Validator(SCHEMA)
RESULT = Draft202012Validator({"$ref": "#/$defs/result", "$defs": SCHEMA["$defs"]})


def ordinary(**changes: Any) -> dict[str, Any]:
    """Claire writes to Hugo from the webmail, save for the changes."""
    plain = {
        "from": CLAIRE,
        "from_type": "PER",
        "channel": "webmail",
        "auth": "psc",
        "to": [HUGO],
        "subject": "Avis",
    }
    return {**plain, **copy.deepcopy(changes)}


@cache
def known_addresses() -> list[str]:
    """Every address of the world, and some that are not or hardly are."""
    world = load_world()
    strange = [
        "nul@ch-abcd.mssante.fr",
        "ami@ch-ferme.mssante.fr",
        "paul.martin@courriel-perso.example",
        "x@mssante.fr.example",
        "personne@patient.mssante.fr",
        "Hugo LEROY <hugo.leroy@medecin.zz.mssante.fr>",
        "hugo.leroy@",
        "@",
        "",
        "a b@c.d",
        "é@ch-abcd.mssante.fr",
    ]
    domains = [f"test@{domain}" for domain in world.operator_of]
    return [*world.mailboxes, *world.patients, *domains, *strange]


def one_line(length: int) -> st.SearchStrategy[str]:
    """What one line of a header may bear: the schema says no more than a text, the reader refuses CR, LF and NUL."""
    return st.text(st.characters(exclude_characters="\r\n\0"), max_size=length)


addresses = st.one_of(st.deferred(lambda: st.sampled_from(known_addresses())), st.text(max_size=40))
header_values = st.one_of(
    st.none(),
    one_line(30),
    st.sampled_from(["O", "N", "FIN", "fin", "11488-4,34112-3", "<1@x>"]),
    addresses.filter(str.isprintable),
)
subjects = st.one_of(
    one_line(40),
    st.sampled_from(
        [
            "",
            "[FIN]",
            "[fin]",
            "XDM/1.0/DDM",
            "XDM/1.0/DDM+CR NOMFICTIF Alix",
            "XDM/1.0/DDM+CR NOMFICTIF Alix 01/01/1980",
        ]
    ),
)


def _of(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Any value a part of the schema admits."""
    if "oneOf" in schema:
        return st.sampled_from([option["const"] for option in schema["oneOf"]])
    kind = schema["type"]
    if kind == "boolean":
        return st.booleans()
    if kind == "integer":
        return st.integers(schema.get("minimum", -5), min(schema.get("maximum", 10**6), 10**6))
    if kind == "number":
        return st.floats(0, 1e9) | st.sampled_from([0, 7.5, 18.75, 25, 1e300])
    if kind == "array":
        return st.lists(_of(schema["items"]), min_size=schema.get("minItems", 0), max_size=4)
    if kind == "object":
        return _object(schema)
    return st.text(min_size=schema.get("minLength", 0), max_size=20)


def _object(schema: dict[str, Any], special: dict[str, st.SearchStrategy[Any]] | None = None) -> st.SearchStrategy[Any]:
    given = special or {}
    parts = {name: given[name] if name in given else _of(part) for name, part in schema["properties"].items()}
    required = schema.get("required", [])
    return st.fixed_dictionaries(
        {name: parts[name] for name in required},
        optional={name: part for name, part in parts.items() if name not in required},
    )


def _settled(attempt: dict[str, Any]) -> dict[str, Any]:
    """What two keys must agree on."""
    if attempt["from_type"] == "MED":
        attempt["from"] = None
    if "body" in attempt:
        attempt.pop("body_length", None)
    return attempt


_HEADERS = st.dictionaries(
    st.sampled_from([*SCHEMA["properties"]["headers"]["properties"], "reply-to", "X-Test"]), header_values, max_size=4
)
_NAMES = st.sampled_from(["IHE_XDM.ZIP", "ihe_xdm.zip", "cr.pdf", "20260105_CR_NOMFICTIF_Alix.pdf", "a.exe", "x"])
_ATTACHMENTS = st.lists(
    _object(SCHEMA["properties"]["attachments"]["items"], {"name": _NAMES | st.text(min_size=1, max_size=9)}),
    max_size=3,
)


def any_attempt() -> st.SearchStrategy[dict[str, Any]]:
    """Any attempt the schema admits."""
    special = {
        "from": addresses,
        "acting_as": addresses,
        "to": st.lists(addresses, max_size=3),
        "cc": st.lists(addresses, max_size=2),
        "bcc": st.lists(addresses, max_size=2),
        "subject": subjects,
        "headers": _HEADERS,
        "attachments": _ATTACHMENTS,
    }
    return _object(SCHEMA, special).map(_settled)
