"""Refusals that hold several faults: one RFC 9457 problem, its `errors` in the order of what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.web.shell import error_answer

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def _printable(value: Any) -> Any:
    """Half a surrogate pair, which JSON may hold and UTF-8 may not, shown as a question mark."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def refused(errors: list[dict[str, Any]]) -> ResponseReturnValue:
    """422 with every fault: `detail` says them all, `errors` one by one, `fact` the first that is a fact."""
    errors = [{key: _printable(value) for key, value in error.items()} for error in errors]
    facts = [{"fact": error["fact"]} for error in errors if "fact" in error]
    return error_answer(
        422, " ".join(error["detail"] for error in errors), errors=errors, **(facts[0] if facts else {})
    )
