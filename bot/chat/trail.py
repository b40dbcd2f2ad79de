"""The way back of pages without script: the states before the last messages, signed, in a hidden field.

A page that answers typed words is `no-store`, since it may hold someone's health on a shared computer. A browser can
then not show it again by its own Back button, so the page brings its own: what is answered is made anew from the ids.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = 12
_SEALED = re.compile(r"[\w.-]{1,4000}\.[\w-]{27}", re.ASCII)
"""What a sealed state looks like: anything else is not ours, and is not repeated."""


def earlier(form: Mapping[str, str]) -> list[str]:
    """The sealed states before the one of the page, oldest first."""
    return [step for step in form.get("trail", "").split() if _SEALED.fullmatch(step)][-STEPS:]


def onward(form: Mapping[str, str]) -> str:
    """The trail of the page that follows this form."""
    state = form.get("state", "")
    return " ".join([*earlier(form), *([state] if _SEALED.fullmatch(state) else [])][-STEPS:])
