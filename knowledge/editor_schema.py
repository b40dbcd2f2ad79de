"""JSON Schema of the YAML files, for editors: one definition a section, `defaults` allowed to fill in."""

from __future__ import annotations

from typing import Any

import msgspec

from knowledge.model import Review, Sections, Voice


def editor_schema() -> dict[str, Any]:
    """A JSON Schema (2020-12) whose `$defs` name the file of each section: `#/$defs/file-professions`…"""
    fields = {f.name: f.type for f in msgspec.structs.fields(Sections)}
    entry_types = [t.__args__[0] for t in fields.values()]
    _, components = msgspec.json.schema_components([*entry_types, Voice, Review], ref_template="#/$defs/{name}")
    definitions: dict[str, Any] = dict(components)
    files = []
    for name, kind in zip(fields, entry_types, strict=True):
        whole = components[kind.__name__]
        # A file's `defaults` may hold any required field, so an entry alone need not.
        loose = {**whole, "required": ["id"]}
        definitions[f"file-{name}"] = {
            "title": f"knowledge/data/{name}/*.yaml",
            "type": "object",
            "additionalProperties": False,
            "required": ["entries"],
            "properties": {
                "defaults": {**loose, "required": []},
                "entries": {"type": "array", "items": loose},
            },
        }
        files.append({"$ref": f"#/$defs/file-{name}"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:guide-mssante:knowledge",
        "title": "Fichiers de knowledge/data",
        "anyOf": [*files, {"$ref": "#/$defs/Voice"}, {"$ref": "#/$defs/Review"}],
        "$defs": definitions,
    }
