"""The first page at once: what is quick to import serves while the rest is made in the background."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bot.app import with_sandbox, without_sandbox
from bot.web.shell import error_answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Flask

    from bot.settings import Settings
    from knowledge.base import Base

SANDBOX = "/bac-a-sable"


class GradualApp:
    """A WSGI application: without the sandbox at first, whole once `start` has made it so.

    Whoever asks for the sandbox in the meantime waits for it; if it cannot be made, they are told and the rest goes on.
    """

    def __init__(self, settings: Settings, base: Base) -> None:
        self._settings, self._base = settings, base
        self._app: Flask = without_sandbox(settings, base)
        self._whole = threading.Event()
        self._broken = False

    def start(self) -> None:
        """Make the assistant, then the whole application, in a thread."""
        threading.Thread(target=self._complete, name="whole application", daemon=True).start()

    def _complete(self) -> None:
        # One after the other: side by side, each would take the time of both, and most come to ask.
        try:
            self._app.extensions["assistant"].get()
        except Exception:
            self._app.logger.exception("the assistant could not be made")
        try:
            whole = without_sandbox(self._settings, self._base, before=self._app)
            self._app = with_sandbox(whole, self._settings, self._base)
        except Exception:
            self._broken = True
            self._app.logger.exception("the sandbox could not be made")
        self._whole.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(SANDBOX):
            self._whole.wait()
            if self._broken:
                with self._app.request_context(environ):
                    answer = self._app.make_response(error_answer(500, ""))
                    return answer(environ, start_response)
        return self._app(environ, start_response)
