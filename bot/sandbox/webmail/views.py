"""/bac-a-sable: the blueprint of the webmail, made of its rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from bot.sandbox.webmail.boxes_views import boxes_routes
from bot.sandbox.webmail.directory_views import directory_routes
from bot.sandbox.webmail.entry import entry_routes
from bot.sandbox.webmail.folders_views import folder_routes
from bot.sandbox.webmail.guard import guard
from bot.sandbox.webmail.message_views import message_routes
from bot.sandbox.webmail.options_views import options_routes
from bot.sandbox.webmail.writing_views import writing_routes

if TYPE_CHECKING:
    from bot.sandbox.webmail.rooms import Rooms


def webmail_blueprint(rooms: Rooms) -> Blueprint:
    """The pages of the sandbox over these rooms."""
    bp = Blueprint("sandbox", __name__, url_prefix="/bac-a-sable", template_folder="templates")
    guard(bp, rooms, uploads=("write",))
    for routes in (
        entry_routes,
        boxes_routes,
        folder_routes,
        message_routes,
        writing_routes,
        directory_routes,
        options_routes,
    ):
        routes(bp, rooms)
    return bp
