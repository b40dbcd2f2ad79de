"""Join the sandbox to the application: one call for webmail, classes and mail clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.clients.views import clients_blueprint, token_blueprint
from bot.sandbox.training.views import training_blueprint
from bot.sandbox.webmail.rooms import Rooms
from bot.sandbox.webmail.views import webmail_blueprint

if TYPE_CHECKING:
    from flask import Flask

    from bot.settings import Settings
    from knowledge.base import Base


def install_sandbox(app: Flask, settings: Settings, base: Base) -> Rooms:
    """Register both blueprints over the same rooms, which nothing opens before the first visit."""
    rooms = Rooms(settings, base)
    app.extensions["sandbox"] = rooms
    app.register_blueprint(webmail_blueprint(rooms))
    app.register_blueprint(training_blueprint(rooms))
    app.register_blueprint(clients_blueprint(rooms))
    app.register_blueprint(token_blueprint(rooms))
    return rooms
