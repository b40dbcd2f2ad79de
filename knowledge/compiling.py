"""All files of the base → typed sections, with the place of each entry and every fault met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from knowledge.loading import REVIEW, Source
from knowledge.model import Review, Sections, Voice
from knowledge.problems import Place, Problem, did_you_mean
from knowledge.reading import Node, read_text
from knowledge.shaping import INVALID, entry_id, entry_types, merge_defaults, shape

NOT_IN_BASE = {"voices"}


@dataclass
class Shaped:
    """What was read: sections, where each entry ("section/id") and its id stand, the faults."""

    sections: Sections = field(default_factory=Sections)
    review: Review = field(default_factory=Review)
    places: dict[str, Place] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, key: str, *path: str | int) -> Place:
        """Where something stands: the entry "section/id", or the value at `path` inside it."""
        node = self.nodes.get(key)
        if node is None:
            return self.places.get(key, Place(key, 1))
        for step in path:
            inner = node.value
            if isinstance(inner, dict) and step in inner:
                node = inner[str(step)]
            elif isinstance(inner, list) and isinstance(step, int) and step < len(inner):
                node = inner[step]
            else:
                break
        return node.place


def shape_sections(sources: list[Source], shown_under: str) -> Shaped:
    """Shape every file outside `voices/`; all faults are collected, none raised."""
    types = entry_types()
    shaped = Shaped()
    values: dict[str, list[Any]] = {}
    for source in sources:
        section = source.path.split("/")[0]
        if section in NOT_IN_BASE:
            continue
        root = _root(source, shown_under, shaped.problems)
        if root is None:
            continue
        if source.path == REVIEW:
            shaped.nodes[REVIEW] = root
            review = shape(root, msgspec.inspect.type_info(Review), shaped.problems, "review")
            if review is not INVALID:
                shaped.review = msgspec.convert(review, Review)
            continue
        if section not in types or "/" not in source.path:
            shaped.problems.append(
                Problem(
                    Place(f"{shown_under}/{source.path}", 1),
                    f"dossier inconnu « {section} »",
                    did_you_mean(section, types),
                )
            )
            continue
        for entry in _entries(root, shaped.problems):
            name = entry_id(entry)
            before = len(shaped.problems)
            value = shape(entry, types[section], shaped.problems, name)
            if name:
                _register(shaped, f"{section}/{name}", entry)
            if value is not INVALID and len(shaped.problems) == before:
                values.setdefault(section, []).append(value)
    if not shaped.problems:
        shaped.sections = msgspec.convert(values, Sections)
    return shaped


def shape_voices(sources: list[Source], shown_under: str) -> tuple[tuple[Voice, ...], list[Problem]]:
    """The voices (one a file: id, label, writer, phrasings by topic) and their faults."""
    kind = entry_types()["voices"]
    problems: list[Problem] = []
    voices: list[Voice] = []
    for source in sources:
        root = _root(source, shown_under, problems)
        if root is None:
            continue
        value = shape(root, kind, problems, source.path)
        if value is not INVALID:
            voices.append(msgspec.convert(value, Voice))
    return tuple(voices), problems


def _root(source: Source, shown_under: str, problems: list[Problem]) -> Node | None:
    shown = f"{shown_under}/{source.path}"
    try:
        text = source.content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.content[: error.start].count(b"\n") + 1
        problems.append(
            Problem(Place(shown, line), "ce fichier n'est pas écrit en UTF-8", "enregistrez-le de nouveau en UTF-8")
        )
        return None
    root, found = read_text(text, shown)
    problems.extend(found)
    return root


def _entries(root: Node, problems: list[Problem]) -> list[Node]:
    if not isinstance(root.value, dict):
        problems.append(
            Problem(root.place, f"attendu : « entries: » puis une liste de fiches ; trouvé : {root.kind()}", "")
        )
        return []
    for key in root.value:
        if key not in ("defaults", "entries"):
            problems.append(
                Problem(
                    root.key_places[key],
                    f"champ inconnu « {key} » en tête de fichier",
                    did_you_mean(key, ("defaults", "entries")),
                )
            )
    entries = root.value.get("entries")
    if entries is None:
        problems.append(
            Problem(root.place, "champ manquant « entries »", "ajoutez « entries: » puis une fiche par tiret")
        )
        return []
    if not isinstance(entries.value, list):
        problems.append(
            Problem(entries.place, f"attendu : une liste de fiches ; trouvé : {entries.kind()}", "un tiret par fiche")
        )
        return []
    defaults = root.value.get("defaults")
    return [merge_defaults(entry, defaults) for entry in entries.value]


def _register(shaped: Shaped, key: str, entry: Node) -> None:
    if key in shaped.places:
        shaped.problems.append(
            Problem(
                entry.place,
                f"identifiant déjà pris « {key} »",
                f"première fiche : {shaped.places[key]} ; donnez un autre « id » à celle-ci",
            )
        )
        return
    shaped.places[key] = entry.place
    shaped.nodes[key] = entry
