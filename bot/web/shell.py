"""What every page shares: layout, security headers, errors in French (pages or problem JSON)."""

from __future__ import annotations

import secrets
import traceback
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from bot.web.assets import install_assets
from bot.web.markdown import french_spaces
from eligibility.phrases import lower_first, upper_first

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from knowledge.base import Base

MESSAGES = {
    400: ("Demande incomplète", "Ce qui a été envoyé ne peut pas être lu. Revenez en arrière, rien n’est perdu."),
    403: ("Accès refusé", "Cette page ne vous est pas ouverte."),
    404: ("Page introuvable", "Cette adresse ne mène à rien. Repartez de l’accueil."),
    405: ("Action impossible", "Cette adresse n’accepte pas cette action."),
    413: ("Envoi trop lourd", "Ce qui a été envoyé dépasse la taille admise."),
    415: ("Format non accepté", "Envoyez du JSON (Content-Type: application/json)."),
    422: ("Demande refusée", "Une valeur n’est pas admise."),
    500: ("Erreur du service", "Le service a rencontré un défaut. Réessayez ; si cela persiste, signalez-le."),
}


def install_shell(app: Flask, base: Base) -> None:
    """Give the application its layout, headers and error answers."""
    shell = Blueprint(
        "shell", __name__, static_folder="static", static_url_path="/assets-app", template_folder="templates"
    )
    app.register_blueprint(shell)
    install_assets(app, "shell.static")
    app.jinja_env.filters["lower_first"] = lower_first
    app.jinja_env.filters["upper_first"] = upper_first
    app.jinja_env.filters["french"] = french_spaces

    @app.before_request
    def _nonce() -> None:
        g.nonce = secrets.token_urlsafe(16)

    @app.get("/favicon.ico")
    def favicon() -> ResponseReturnValue:
        """For what a browser shows without a page to name its icon (the API, a picture)."""
        return shell.send_static_file("favicon.svg")

    @app.context_processor
    def _common() -> dict[str, Any]:
        return {
            "base": base,
            "wording": base.wording,
            "nonce": g.get("nonce", ""),
            "stale": "today" in g and base.is_stale(g.today),
        }

    @app.after_request
    def _headers(response: Response) -> Response:
        return secure(response)

    @app.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> ResponseReturnValue:
        answer = app.make_response(error_answer(error.code or 500, _own_words(error)))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return answer

    @app.errorhandler(Exception)
    def _fault(error: Exception) -> ResponseReturnValue:
        # Where it broke and of what kind, never the message: it may quote what someone typed.
        place = "".join(traceback.format_tb(error.__traceback__))
        app.logger.error("fault on %s %s\n%s%s", request.method, request.path, place, type(error).__qualname__)
        return error_answer(500, "")


def _own_words(error: HTTPException) -> str:
    """The description when this application wrote it, not Werkzeug's English."""
    return error.description or "" if error.description != type(error).description else ""


def secure(response: Response) -> Response:
    """Security headers; pages of the built guide hold inline scripts of their theme."""
    own = response.mimetype == "text/html" and g.get("own_page", False)
    script = f"'nonce-{g.nonce}'" if own else "'self' 'unsafe-inline'"
    style = "'self'" if own else "'self' 'unsafe-inline'"
    ancestors = g.get("frame_ancestors", "'self'")
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src {script}; style-src {style}; img-src 'self' data:; "
        f"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {ancestors}",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    if ancestors == "'self'":
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    if "answers_typed_text" in g:
        response.headers["Cache-Control"] = "no-store"
    return response


def page(template: str, **values: Any) -> str:
    """Render one of the application's own pages (strict content policy)."""
    g.own_page = True
    return render_template(template, **values)


def error_answer(status: int, detail: str, **more: Any) -> ResponseReturnValue:
    """RFC 9457 problem JSON under /api, a French page elsewhere."""
    title, text = MESSAGES.get(status, MESSAGES[500] if status >= 500 else MESSAGES[400])
    detail = detail.encode("utf-8", "replace").decode()
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail or text, **more}
        return body, status, {"Content-Type": "application/problem+json"}
    return page("error.html", title=title, text=detail or text), status
