"""The way back of pages without script: the states before the last messages, signed, in a hidden field.

A page that answers typed words is `no-store`, since it may hold someone's health on a shared computer. A browser can
then not show it again by its own Back button, so the page brings its own: what is answered is made anew from the ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS, LONGEST_STEP = 12, 4000


def earlier(form: Mapping[str, str]) -> list[str]:
    """The sealed states before the one of the page, oldest first."""
    return [step for step in form.get("trail", "").split() if len(step) <= LONGEST_STEP][-STEPS:]


def onward(form: Mapping[str, str]) -> str:
    """The trail of the page that follows this form."""
    return " ".join([*earlier(form), *form.get("state", "").split()[:1]][-STEPS:])
