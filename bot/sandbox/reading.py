"""From a JSON document to an Attempt, or every fault in French: nothing is guessed, nothing is dropped."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import inspect

from bot.sandbox.attempt import Attempt
from knowledge.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

HUGE = 2**53
BREAKS_A_LINE = re.compile(r"[\r\n\0]")
MAY_BE_NULL = {"from"}
"""Keys whose null is a value. Elsewhere None means "absent", so a typed null is a fault."""


class FaultyAttempt(ValueError):
    """The document is not a send attempt. Carries every fault, in French."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def parse_json(text: str | bytes) -> Any:
    """The JSON value, or FaultyAttempt: what Python's parser lets through (NaN) or chokes on is told as well."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise FaultyAttempt([f"texte illisible : attendu de l’UTF-8 (octet {error.start})"]) from None
    except json.JSONDecodeError as error:
        raise FaultyAttempt([f"JSON mal formé, ligne {error.lineno}, colonne {error.colno}"]) from None
    except (RecursionError, ValueError):
        raise FaultyAttempt(["JSON refusé : imbrication, nombre ou constante hors de ce que la norme admet"]) from None


def _no_constant(name: str) -> float:
    raise ValueError(name)


def read_attempt(document: Any) -> Attempt:
    """The attempt, its defaults filled in. Raises FaultyAttempt with every fault found."""
    faults = list(_faults(document, _shape(), ""))
    if not faults:
        faults = list(_faults_across(document))
    if faults:
        raise FaultyAttempt(faults)
    return msgspec.convert(_whole(document), Attempt)


def _faults_across(document: dict[str, Any]) -> Iterator[str]:
    """What two keys say together (`allOf` of the schema)."""
    if (document["from"] is None) != (document["from_type"] == "MED"):
        yield (
            "« from » : un compte MED n’a pas d’adresse, écrivez null"
            if document["from_type"] == "MED"
            else "« from » : null n’est permis que pour un compte MED ; écrivez l’adresse de la boîte"
        )
    if "body" in document and "body_length" in document:
        yield "« body » et « body_length » : donnez le texte ou sa longueur, pas les deux"
    yield from _header_faults(document)


def _header_faults(document: dict[str, Any]) -> Iterator[str]:
    """What no message can bear on one line of its headers, and no client would write. The value is never repeated."""
    fields = [("subject", document["subject"])]
    fields += [(f"headers.{name}", value) for name, value in document.get("headers", {}).items()]
    if any(BREAKS_A_LINE.search(name) for name in document.get("headers", {})):
        yield "« headers » : un nom d’en-tête contient un retour à la ligne ou un octet nul ; retirez-le"
    for path, value in fields:
        if value is not None and BREAKS_A_LINE.search(value):
            yield (
                f"« {path} » : un retour à la ligne ou un octet nul (CR, LF, NUL) y ajouterait un en-tête au message ; "
                "écrivez la valeur sur une seule ligne"
            )


def _faults(value: Any, kind: inspect.Type, path: str) -> Iterator[str]:
    if isinstance(kind, inspect.UnionType):
        if value is None:
            if path not in MAY_BE_NULL and not path.startswith("headers."):
                yield f"{_at(path)}null n’est pas admis ici ; retirez la clé pour prendre sa valeur par défaut"
            return
        (kind,) = (t for t in kind.types if not isinstance(t, inspect.NoneType))
    if isinstance(kind, inspect.StructType):
        yield from _struct_faults(value, kind, path)
    elif isinstance(kind, inspect.VarTupleType):
        yield from _list_faults(value, kind, path)
    elif isinstance(kind, inspect.DictType):
        yield from _dict_faults(value, kind, path)
    else:
        yield from _scalar_faults(value, kind, path)


def _struct_faults(value: Any, kind: inspect.StructType, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{_at(path)}attendu un objet, trouvé {_found(value)}"
        return
    fields = _fields(kind.cls)
    for name, field in fields.items():
        if field.required and name not in value:
            yield f"{_at(path)}il manque « {name} »"
    for name, item in value.items():
        if name in fields:
            yield from _faults(item, fields[name].type, f"{path}.{name}" if path else name)
        else:
            hint = did_you_mean(str(name), fields)
            yield f"{_at(path)}clé inconnue « {name} »{' ; ' + hint if hint else ''}"


def _list_faults(value: Any, kind: inspect.VarTupleType, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{_at(path)}attendu une liste, trouvé {_found(value)}"
        return
    if len(value) < (kind.min_length or 0):
        yield f"{_at(path)}liste vide ; donnez au moins un élément"
    for i, item in enumerate(value):
        yield from _faults(item, kind.item_type, f"{path}[{i}]")


def _dict_faults(value: Any, kind: inspect.DictType, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{_at(path)}attendu un objet, trouvé {_found(value)}"
        return
    assert isinstance(kind.key_type, inspect.StrType)  # noqa: S101 - narrows the type for mypy
    for name, item in value.items():
        if kind.key_type.pattern and not re.search(kind.key_type.pattern, name):
            yield f"{_at(path)}nom d’en-tête mal formé « {name} »"
        yield from _faults(item, kind.value_type, f"{path}.{name}")


def _scalar_faults(value: Any, kind: inspect.Type, path: str) -> Iterator[str]:
    if isinstance(kind, inspect.LiteralType):
        if not isinstance(value, str) or value not in kind.values:
            known = [str(v) for v in kind.values]
            hint = did_you_mean(str(value), known) or "admis : " + ", ".join(known)
            yield f"{_at(path)}valeur inconnue {_found(value)} ; {hint}"
    elif isinstance(kind, inspect.StrType):
        if not isinstance(value, str):
            yield f"{_at(path)}attendu un texte, trouvé {_found(value)}"
        elif len(value) < (kind.min_length or 0):
            yield f"{_at(path)}texte vide"
    elif isinstance(kind, inspect.BoolType):
        if not isinstance(value, bool):
            yield f"{_at(path)}attendu true ou false, trouvé {_found(value)}"
    elif isinstance(kind, (inspect.IntType, inspect.FloatType)):
        yield from _number_faults(value, kind, path)


def _number_faults(value: Any, kind: inspect.IntType | inspect.FloatType, path: str) -> Iterator[str]:
    whole = isinstance(kind, inspect.IntType)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield f"{_at(path)}attendu un nombre, trouvé {_found(value)}"
    elif whole and isinstance(value, float) and not value.is_integer():
        yield f"{_at(path)}attendu un nombre entier, trouvé {_found(value)}"
    elif kind.ge is not None and value < kind.ge:
        yield f"{_at(path)}attendu au moins {kind.ge}, trouvé {_found(value)}"
    elif kind.le is not None and value > kind.le:
        yield f"{_at(path)}attendu au plus {kind.le}, trouvé {_found(value)}"


@cache
def _shape() -> inspect.Type:
    # Inspecting the types costs ten times what judging does: once.
    return inspect.type_info(Attempt)


@cache
def _fields(cls: type) -> dict[str, inspect.Field]:
    kind = inspect.type_info(cls)
    assert isinstance(kind, inspect.StructType)  # noqa: S101 - narrows the type for mypy
    return {field.encode_name: field for field in kind.fields}


def _whole(value: Any) -> Any:
    """587.0 is an integer for JSON Schema. A number beyond any limit of ours is brought back to a huge one."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-HUGE, min(value, HUGE))
    return value


def _at(path: str) -> str:
    return f"« {path} » : " if path else ""


def _found(value: Any) -> str:
    if isinstance(value, dict):
        return "un objet"
    if isinstance(value, list):
        return "une liste"
    shown = json.dumps(value, ensure_ascii=False)
    return f"« {shown[:60]}… »" if len(shown) > 60 else f"« {shown} »"
