"""What holds for every page of the sandbox: forms checked, nothing cached, nothing indexed, a strict content policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, g, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import StatementError
from werkzeug.exceptions import HTTPException, NotFound

from bot.sandbox.store.numbers import RealNumber
from bot.sandbox.webmail import wording
from bot.sandbox.webmail.rooms import NotEntered, Rooms
from bot.sandbox.webmail.tokens import FIELD
from bot.web.shell import MESSAGES, page
from knowledge.pages import page_of

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

READ_ONLY = ("GET", "HEAD", "OPTIONS")
FORM_BYTES = 2_000_000
UPLOAD_BYTES = 45_000_000
TOO_HEAVY = (
    "Les fichiers choisis dépassent 45 Mo en tout : le bac à sable ne les prend pas (sa limite, au-dessus de celles des "
    "opérateurs). Revenez à la page précédente : votre texte y est, et le brouillon enregistré aussi. Choisissez des "
    "fichiers plus légers."
)


def guard(bp: Blueprint, rooms: Rooms, *, uploads: tuple[str, ...] = ()) -> None:
    """Set these checks on a blueprint. `uploads`: the endpoints that take files."""

    @bp.before_request
    def _check() -> None:
        takes_files = (request.endpoint or "").rpartition(".")[2] in uploads
        request.max_content_length = UPLOAD_BYTES if takes_files else FORM_BYTES
        request.max_form_memory_size = FORM_BYTES
        if request.method not in READ_ONLY:
            rooms.tokens.check_form()

    @bp.url_value_preprocessor
    def _keep(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.desk_values = {name: values[name] for name in ("persona", "box") if name in values} if values else {}

    @bp.url_defaults
    def _same_desk(endpoint: str, values: dict[str, Any]) -> None:
        """Links of a box lead into the same box unless they say otherwise."""
        for name, value in g.get("desk_values", {}).items():
            if name not in values and _app_expects(endpoint, name):
                values[name] = value

    @bp.context_processor
    def _words() -> dict[str, Any]:
        rules = rooms.base.section("send_rules")
        return {
            "token": lambda: _token(rooms),
            "w": wording,
            "now": rooms.now(),
            "rule_page": lambda rule: f"/{page_of(f'send_rules/{rule}')}" if rule in rules else "",
            "rule_chat": lambda rule: url_for("chat.ask", rule=rule) if rule in rules else "",
        }

    @bp.after_request
    def _headers(response: Response) -> Response:
        nonce = g.get("nonce", "")
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        )
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Frame-Options"] = "DENY"
        if "new_seed" in g:
            rooms.tokens.set_seed(response, g.new_seed)
        return response

    @bp.errorhandler(NotEntered)
    def _entrance(error: NotEntered) -> ResponseReturnValue:
        if request.method == "GET":
            return redirect(url_for("sandbox.home", fait="entrez"))
        return _told(401, "Entrez d’abord", "Cette session du bac à sable est terminée, ou vous n’y êtes pas entré.")

    @bp.errorhandler(RealNumber)
    def _number(error: RealNumber) -> ResponseReturnValue:
        return _told(422, "Numéro refusé", str(error), rule=error.rule)

    @bp.errorhandler(StatementError)
    def _refused_by_the_store(error: StatementError) -> ResponseReturnValue:
        """The store's own barrier: SQLAlchemy wraps what a column refuses."""
        if isinstance(error.orig, RealNumber):
            return _number(error.orig)
        raise error

    @bp.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        title, text = MESSAGES.get(code, MESSAGES[400])
        own = error.description if error.description != type(error).description else None
        if code == 413 and (request.endpoint or "").rpartition(".")[2] in uploads:
            own = TOO_HEAVY
        return _told(code, title, own or text)

    def lost(rest: str) -> ResponseReturnValue:
        raise NotFound

    bp.add_url_rule("/<path:rest>", "lost", lost)


def _app_expects(endpoint: str, name: str) -> bool:
    from flask import current_app

    return current_app.url_map.is_endpoint_expecting(endpoint, name)


def _told(status: int, title: str, text: str, rule: str = "") -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return {"message": text, "rule": rule}, status
    return page("sandbox/error.html", title=title, text=text, rule=rule), status


def _token(rooms: Rooms) -> Markup:
    """The hidden field of every form."""
    seed = rooms.tokens.seed() or g.get("new_seed", "")
    if not seed:
        seed = g.new_seed = rooms.tokens.fresh_seed()
    value = rooms.tokens.form_token(seed)
    return Markup(f'<input type="hidden" name="{FIELD}" value="{value}">')  # noqa: S704 - hexadecimal
