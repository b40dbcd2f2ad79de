"""Refusals that hold several faults: one RFC 9457 problem, its `errors` in the order of what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.identity_numbers import holds_nir
from bot.web.shell import error_answer

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


NOT_REPEATED = "Une valeur n’est pas admise. Elle peut contenir un numéro de patient : elle n’est pas répétée."


def _printable(value: Any) -> Any:
    """Half a surrogate pair, which JSON may hold and UTF-8 may not, as a question mark; no number of a patient."""
    if not isinstance(value, str):
        return value
    return NOT_REPEATED if holds_nir(value) else value.encode("utf-8", "replace").decode()


def refused(errors: list[dict[str, Any]]) -> ResponseReturnValue:
    """422 with every fault: `detail` says them all, `errors` one by one, `fact` the first that is a fact."""
    errors = [{key: _printable(value) for key, value in error.items()} for error in errors]
    for error in errors:
        if error.get("pointer") == NOT_REPEATED:
            del error["pointer"]
    facts = [{"fact": error["fact"]} for error in errors if "fact" in error]
    return error_answer(
        422, " ".join(error["detail"] for error in errors), errors=errors, **(facts[0] if facts else {})
    )
