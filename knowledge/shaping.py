"""Nodes → values of the model's types, with every departure told at its own line and column."""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import Any

from msgspec import inspect

from knowledge.problems import Problem, did_you_mean
from knowledge.reading import Node

INVALID: Any = object()
"""What `shape` gives back for a value it could not accept (its problems are already noted)."""


def shape(node: Node, kind: inspect.Type, problems: list[Problem], subject: str = "") -> Any:
    """The node as builtins of the given msgspec type, or INVALID. `subject` names the entry in messages."""
    value = node.value
    if isinstance(kind, inspect.UnionType):
        if value is None and any(isinstance(t, inspect.NoneType) for t in kind.types):
            return None
        (real,) = [t for t in kind.types if not isinstance(t, inspect.NoneType)]
        return shape(node, real, problems, subject)
    if isinstance(kind, inspect.StructType):
        return _struct(node, kind, problems, subject)
    if isinstance(kind, inspect.VarTupleType):
        return _tuple(node, kind, problems, subject)
    if isinstance(kind, inspect.DictType):
        return _dict(node, kind, problems, subject)
    if value is None or not isinstance(value, str):
        return _fault(node, problems, f"attendu : {_expected(kind)} ; trouvé : {node.kind()}", "", subject)
    return _scalar(node, value, kind, problems, subject)


def _scalar(node: Node, value: str, kind: inspect.Type, problems: list[Problem], subject: str) -> Any:
    if isinstance(kind, inspect.StrType):
        if kind.min_length and len(value.strip()) < kind.min_length:
            return _fault(node, problems, "texte vide", "écrivez la phrase, ou retirez la fiche", subject)
        if kind.pattern and not _pattern(kind.pattern).search(value):
            return _fault(
                node,
                problems,
                f"identifiant mal formé « {value} »",
                "lettres sans accent, chiffres, tirets ; exemple : aide-soignant",
                subject,
            )
        return value
    if isinstance(kind, inspect.LiteralType):
        if value in kind.values:
            return value
        known = [str(v) for v in kind.values]
        return _fault(
            node,
            problems,
            f"valeur inconnue « {value} »",
            did_you_mean(value, known) or f"admis : {', '.join(known)}",
            subject,
        )
    if isinstance(kind, inspect.DateType):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return _fault(
                node, problems, f"« {value} » n'est pas une date", "écrivez année-mois-jour : 2026-11-23", subject
            )
    if isinstance(kind, inspect.BoolType):
        if not node.quoted and value in ("true", "false"):
            return value == "true"
        return _fault(node, problems, f"attendu : true ou false ; trouvé : « {value} »", "", subject)
    number = int if isinstance(kind, inspect.IntType) else float
    try:
        return number(value)
    except ValueError:
        return _fault(node, problems, f"attendu : {_expected(kind)} ; trouvé : « {value} »", "", subject)


def _struct(node: Node, kind: inspect.StructType, problems: list[Problem], subject: str) -> Any:
    if not isinstance(node.value, dict):
        return _fault(node, problems, f"attendu : un bloc « clé: valeur » ; trouvé : {node.kind()}", "", subject)
    fields = _fields(kind)
    before = len(problems)
    shaped: dict[str, Any] = {}
    for key, child in node.value.items():
        if key not in fields:
            where = f" dans « {subject} »" if subject else ""
            problems.append(
                Problem(
                    node.key_places.get(key, child.place),
                    f"champ inconnu « {key} »{where}",
                    did_you_mean(key, fields) or "champs admis : " + ", ".join(fields),
                )
            )
            continue
        shaped[key] = shape(child, fields[key].type, problems, subject)
    for name, field in fields.items():
        if field.required and name not in node.value:
            where = f" dans « {subject} »" if subject else ""
            problems.append(
                Problem(
                    node.place, f"champ manquant « {name} »{where}", f"ajoutez « {name}: » ({_expected(field.type)})"
                )
            )
    return shaped if len(problems) == before else INVALID


def _tuple(node: Node, kind: inspect.VarTupleType, problems: list[Problem], subject: str) -> Any:
    if not isinstance(node.value, list):
        return _fault(
            node,
            problems,
            f"attendu : une liste ; trouvé : {node.kind()}",
            "écrivez [a, b] ou un tiret par ligne",
            subject,
        )
    before = len(problems)
    shaped = [shape(child, kind.item_type, problems, subject) for child in node.value]
    return shaped if len(problems) == before else INVALID


def _dict(node: Node, kind: inspect.DictType, problems: list[Problem], subject: str) -> Any:
    if not isinstance(node.value, dict):
        return _fault(node, problems, f"attendu : un bloc « clé: valeur » ; trouvé : {node.kind()}", "", subject)
    before = len(problems)
    shaped: dict[str, Any] = {}
    for key, child in node.value.items():
        key_node = Node(key, node.key_places.get(key, child.place), quoted=True)
        shape(key_node, kind.key_type, problems, subject)
        shaped[key] = shape(child, kind.value_type, problems, subject)
    return shaped if len(problems) == before else INVALID


def _fault(node: Node, problems: list[Problem], message: str, hint: str, subject: str) -> Any:
    where = f" (dans « {subject} »)" if subject else ""
    problems.append(Problem(node.place, message + where, hint))
    return INVALID


def _expected(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.UnionType):
        return _expected(next(t for t in kind.types if not isinstance(t, inspect.NoneType)))
    names: dict[type[inspect.Type], str] = {
        inspect.StrType: "un texte",
        inspect.IntType: "un nombre entier",
        inspect.FloatType: "un nombre",
        inspect.BoolType: "true ou false",
        inspect.DateType: "une date année-mois-jour",
        inspect.VarTupleType: "une liste",
        inspect.DictType: "un bloc « clé: valeur »",
        inspect.StructType: "un bloc « clé: valeur »",
    }
    if isinstance(kind, inspect.LiteralType):
        return "l'un de : " + ", ".join(str(v) for v in kind.values)
    return names[type(kind)]


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_FIELDS: dict[type, dict[str, inspect.Field]] = {}


def _fields(kind: inspect.StructType) -> dict[str, inspect.Field]:
    if kind.cls not in _FIELDS:
        _FIELDS[kind.cls] = {field.name: field for field in kind.fields}
    return _FIELDS[kind.cls]


def entry_types() -> dict[str, inspect.StructType]:
    """The struct type of each section's entries, by section name."""
    from knowledge.model import Sections, Voice

    sections = inspect.type_info(Sections)
    assert isinstance(sections, inspect.StructType)  # noqa: S101 - narrows the type for mypy
    types: dict[str, inspect.StructType] = {}
    for field in sections.fields:
        assert isinstance(field.type, inspect.VarTupleType)  # noqa: S101
        assert isinstance(field.type.item_type, inspect.StructType)  # noqa: S101
        types[field.name] = field.type.item_type
    voice = inspect.type_info(Voice)
    assert isinstance(voice, inspect.StructType)  # noqa: S101
    types["voices"] = voice
    return types


def merge_defaults(entry: Node, defaults: Node | None) -> Node:
    """The entry with the file's `defaults` for the keys it does not have itself."""
    if defaults is None or not isinstance(defaults.value, dict) or not isinstance(entry.value, dict):
        return entry
    return Node({**defaults.value, **entry.value}, entry.place, {**defaults.key_places, **entry.key_places})


def entry_id(entry: Node) -> str:
    """The id as typed, or an empty text; only for messages and places."""
    if isinstance(entry.value, dict):
        node = entry.value.get("id")
        if node is not None and isinstance(node.value, str):
            return node.value
    return ""
