"""The result of a dry run, exactly as `$defs/result` of the schema defines it."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from bot.sandbox.rulebook import Smtp


class Fate(Struct, frozen=True):
    """What becomes of one recipient. `rule` None: an ordinary delivery."""

    address: str
    outcome: str
    rule: str | None


class Finding(Struct, frozen=True):
    """A rule that has something to say, even when another decided."""

    rule: str
    level: str
    message: str
    sources: tuple[str, ...]
    confidence: str
    sandbox_assumption: str | None


class Result(Struct, frozen=True):
    """The outcome of the message is that of its worst-served recipient."""

    outcome: str
    decided_by: str
    smtp: Smtp | None
    recipients: tuple[Fate, ...]
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for json.dumps."""
        plain: dict[str, Any] = _listed(msgspec.to_builtins(self))
        return plain


def _listed(value: Any) -> Any:
    """Tuples as lists: by hand, since a typed address may hold what UTF-8 cannot encode."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else value
