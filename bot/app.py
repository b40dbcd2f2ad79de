"""The one place where the parts are joined. Never starts a server."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, g, redirect, send_from_directory, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from bot.api.views import api_blueprint
from bot.chat.conversation import Conversation
from bot.chat.loading import LateDialogue
from bot.chat.state import Seal
from bot.chat.views import chat_blueprint
from bot.chat.votes import VoteBox
from bot.hotline.views import hotline_blueprint
from bot.interview.views import interview_blueprint
from bot.web.shell import install_shell
from eligibility.engine import Engine
from eligibility.lookup import Lookup

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from bot.settings import Settings
    from knowledge.base import Base


def create_app(settings: Settings, base: Base) -> Flask:
    """The web application over one compiled base."""
    return with_sandbox(without_sandbox(settings, base), settings, base)


def with_sandbox(app: Flask, settings: Settings, base: Base) -> Flask:
    """The same application with the sandbox mailbox, whose tables and mail take a second to import."""
    from bot.sandbox.webmail.installing import install_sandbox

    install_sandbox(app, settings, base)
    return app


def without_sandbox(settings: Settings, base: Base, before: Flask | None = None) -> Flask:
    """Everything but the sandbox mailbox. Shares the assistant of the application `before` it, if any."""
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=1_000_000)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    engine = Engine(base)
    people = Lookup(base, ("professions", "vague"))
    structures = Lookup(base, ("structures",))

    install_shell(app, base)
    app.register_blueprint(interview_blueprint(engine, people, structures))
    kept = before.extensions if before else {}
    assistant: LateDialogue = kept.get("assistant") or LateDialogue(engine)
    conversation: Conversation = kept.get("conversation") or Conversation(engine, assistant.get)
    app.extensions.update(assistant=assistant, conversation=conversation)
    seal = Seal(settings.secret_key)
    app.register_blueprint(chat_blueprint(conversation, seal, VoteBox(settings.var_dir), settings.widget_origins))
    app.register_blueprint(hotline_blueprint(conversation, seal))
    app.register_blueprint(api_blueprint(engine, conversation, seal))

    @app.before_request
    def _day() -> None:
        g.today = datetime.datetime.now(tz=datetime.UTC).date()

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> ResponseReturnValue:
        return {"status": "ok", "digest": base.digest, "as_of": base.as_of.isoformat()}

    @app.get("/metrics")
    def metrics() -> ResponseReturnValue:
        text = conversation.counts.exposition(ready=assistant.ready)
        return text, 200, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}

    @app.get("/")
    @app.get("/<path:page>")
    def guide(page: str = "") -> ResponseReturnValue:
        """The built guide; a folder is its index page."""
        folder = settings.guide_dir
        if not (folder / "index.html").is_file():
            if page:
                raise NotFound()
            return redirect(url_for("interview.show"))
        if not page or page.endswith("/"):
            page += "index.html"
        elif (inside := safe_join(str(folder), page)) and Path(inside).is_dir():
            return redirect(f"/{page}/")
        return send_from_directory(folder, page)

    return app
