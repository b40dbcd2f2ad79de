"""The assistant is made in the background, so that the first page never waits for it."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.chat.dialogue import Dialogue
    from eligibility.engine import Engine


class LateDialogue:
    """A dialogue made once, by the first who needs it or by `start`; the others wait for it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._made: Future[Dialogue] | None = None

    @property
    def ready(self) -> bool:
        """Can it answer without a wait?"""
        return self._made is not None and self._made.done() and self._made.exception() is None

    def start(self) -> None:
        """Begin to make it, in a thread of its own."""
        with self._lock:
            if self._made is not None:
                return
            self._made = Future()
        threading.Thread(target=self._make, args=(self._made,), name="assistant", daemon=True).start()

    def get(self) -> Dialogue:
        """The dialogue, waited for if need be. Raises what kept it from being made; the next call tries again."""
        self.start()
        made = self._made
        assert made is not None  # noqa: S101 - narrows the type for mypy
        try:
            return made.result()
        except Exception:
            with self._lock:
                if self._made is made:
                    self._made = None
            raise

    def _make(self, made: Future[Dialogue]) -> None:
        # Imported here: the recognisers take seconds to import, and most pages do without them.
        try:
            from bot.chat.assistant import make_dialogue

            made.set_result(make_dialogue(self._engine))
        except Exception as error:
            made.set_exception(error)
