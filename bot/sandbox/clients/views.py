"""/bac-a-sable/logiciels: set up a mail client for a box, hand out what lets it in, see what it said and what it meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from sqlalchemy import select

from bot.sandbox.clients.connection_test import Step, Wanted, try_settings
from bot.sandbox.clients.meanings import told
from bot.sandbox.clients.sheet import Sheet, autoconfig, autodiscover, sheet_of
from bot.sandbox.store import passwords, transcripts
from bot.sandbox.store.boxes import AppPassword, Tool
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.tls.certificates import certificates
from bot.sandbox.webmail.chrome import chrome_of
from bot.sandbox.webmail.guard import guard
from bot.web.shell import page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from bot.sandbox.webmail.rooms import Desk, Rooms

MOST = 20
TOOLS: dict[Tool, str] = {
    "mail_client": "Logiciel de messagerie (Outlook, Thunderbird…)",
    "business_software": "Logiciel métier",
    "connector": "Connecteur d’établissement",
}


def clients_blueprint(rooms: Rooms) -> Blueprint:
    """The pages of mail clients over the rooms of the webmail."""
    bp = Blueprint("clients", __name__, url_prefix="/bac-a-sable/logiciels", template_folder="templates")
    guard(bp, rooms)
    _setting_up(bp, rooms)
    _secrets(bp, rooms)
    _files(bp, rooms)
    return bp


def token_blueprint(rooms: Rooms) -> Blueprint:
    """Where software renews its simulated Pro Santé Connect token, as OAuth 2 says (RFC 6749 § 6). No cookie is read."""
    bp = Blueprint("psc", __name__, url_prefix="/bac-a-sable/psc")

    @bp.post("/jeton")
    def renew() -> ResponseReturnValue:
        form = request.form
        fresh = None
        if form.get("grant_type") == "refresh_token":
            with rooms.store.writing() as session:
                fresh = passwords.renew(session, form.get("refresh_token", "")[:200], rooms.now())
        if fresh is None:
            told_why = "Jeton de renouvellement inconnu ou expiré : reconnectez-vous avec Pro Santé Connect (simulé)."
            return {"error": "invalid_grant", "error_description": told_why}, 400
        life = int(passwords.TOKEN_LIFE.total_seconds())
        return {"access_token": fresh, "token_type": "Bearer", "expires_in": life}, {"Cache-Control": "no-store"}

    return bp


def _setting_up(bp: Blueprint, rooms: Rooms) -> None:
    @bp.get("/<int:persona>/<int:box>", endpoint="setup")
    def setup(persona: int, box: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            return _page(rooms, desk)

    @bp.post("/<int:persona>/<int:box>/essai", endpoint="try_out")
    def try_out(persona: int, box: int) -> ResponseReturnValue:
        """Try these settings on the doors of this machine; the secret typed is used and forgotten."""
        form = request.form
        encryption = form.get("chiffrement")
        wanted = Wanted(
            login=form.get("identifiant", "").strip()[:320],
            secret=form.get("secret", "").strip()[:200],
            door="imap" if form.get("porte") == "imap" else "smtp",
            port=form.get("port", "").strip()[:10],
            encryption="implicit" if encryption == "implicit" else "none" if encryption == "none" else "starttls",
            way="token" if form.get("facon") == "jeton" else "password",
        )
        with rooms.desk() as desk:
            _not_a_patient(desk)
            world_id = desk.world.id
        with rooms.store.reading() as session:
            found = passwords.examine(session, wanted.secret, rooms.now())
            wanted = wanted._replace(elsewhere=found is not None and found.world.id != world_id)
        steps = try_settings(rooms.settings, rooms.base, wanted)
        with rooms.desk() as desk:
            return _page(rooms, desk, steps=steps, wanted=wanted)

    @bp.get("/<int:persona>/<int:box>/echanges", endpoint="transcript")
    def transcript(persona: int, box: int) -> ResponseReturnValue:
        """What the clients of this persona and the doors said to each other."""
        with rooms.desk() as desk:
            found = transcripts.of_persona(desk.session, desk.world.id, desk.persona.id)
            stretches = [(one, told(rooms.base, one.door, one.lines)) for one in found]
            return page("clients/transcript.html", desk=desk, chrome=chrome_of(desk), stretches=stretches)

    @bp.post("/<int:persona>/<int:box>/echanges/effacer", endpoint="forget")
    def forget(persona: int, box: int) -> ResponseReturnValue:
        with rooms.desk(writing=True) as desk:
            transcripts.forget(desk.session, desk.world.id, desk.persona.id)
        return redirect(url_for("clients.transcript"), 303)


def _secrets(bp: Blueprint, rooms: Rooms) -> None:
    @bp.post("/<int:persona>/<int:box>/mots-de-passe", endpoint="new_password")
    def new_password(persona: int, box: int) -> ResponseReturnValue:
        """Shown once, on the answer to this form."""
        label = request.form.get("nom", "").strip()[:60] or "Sans nom"
        refuse_real_number(label)
        with rooms.desk(writing=True) as desk:
            _not_a_patient(desk)
            if len(_kept(desk)) >= MOST:
                return _page(rooms, desk, refused=f"{MOST} mots de passe au plus : révoquez-en un."), 422
            secret = passwords.create_app_password(desk.session, desk.persona, label, rooms.now(), _tool(desk))
            return _page(rooms, desk, secret=secret)

    @bp.post("/<int:persona>/<int:box>/mots-de-passe/<int:number>/revoquer", endpoint="revoke")
    def revoke(persona: int, box: int, number: int) -> ResponseReturnValue:
        with rooms.desk(writing=True) as desk:
            found = next((one for one in _kept(desk) if one.id == number), None)
            if found is None:
                abort(404, "Ce mot de passe n’existe pas, ou n’est pas à vous.")
            passwords.revoke(desk.session, found, rooms.now())
        return redirect(url_for("clients.setup", _anchor="mots-de-passe"), 303)

    @bp.post("/<int:persona>/<int:box>/jeton", endpoint="new_token")
    def new_token(persona: int, box: int) -> ResponseReturnValue:
        """A simulated Pro Santé Connect token and its renewal, shown once."""
        with rooms.desk(writing=True) as desk:
            _not_a_patient(desk)
            pair = passwords.create_token_pair(desk.session, desk.persona, rooms.now(), _tool(desk))
            return _page(rooms, desk, pair=pair)

    @bp.post("/<int:persona>/<int:box>/jeton/renouveler", endpoint="renew_token")
    def renew_token(persona: int, box: int) -> ResponseReturnValue:
        renewal = request.form.get("renouvellement", "")[:200]
        with rooms.desk(writing=True) as desk:
            found = passwords.find(desk.session, renewal, rooms.now())
            mine = found is not None and found.persona.id == desk.persona.id
            fresh = passwords.renew(desk.session, renewal, rooms.now()) if mine else None
            if fresh is None:
                why = "Ce jeton de renouvellement a expiré (huit heures) : demandez un nouveau jeton."
                return _page(rooms, desk, refused=why), 422
            return _page(rooms, desk, pair=(fresh, renewal))


def _files(bp: Blueprint, rooms: Rooms) -> None:
    @bp.get("/<int:persona>/<int:box>/autoconfig.xml", endpoint="autoconfig")
    def thunderbird(persona: int, box: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            return _file(autoconfig(_sheet(rooms, desk)), "text/xml", "config-v1.1.xml")

    @bp.get("/<int:persona>/<int:box>/autodiscover.xml", endpoint="autodiscover")
    def outlook(persona: int, box: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            return _file(autodiscover(_sheet(rooms, desk)), "text/xml", "autodiscover.xml")

    @bp.get("/<int:persona>/<int:box>/autorite.pem", endpoint="authority")
    def authority(persona: int, box: int) -> ResponseReturnValue:
        """What the client must trust, and nothing else: never the key."""
        with rooms.desk():
            found = certificates(rooms.settings.var_dir, rooms.settings.mail_name)
        return _file(found.authority_pem, "application/x-pem-file", "autorite-bac-a-sable.pem")


def _page(rooms: Rooms, desk: Desk, *, steps: list[Step] | None = None, **more: Any) -> str:
    if desk.box.is_patient:
        return page("clients/patient.html", desk=desk, chrome=chrome_of(desk))
    found = certificates(rooms.settings.var_dir, rooms.settings.mail_name)
    return page(
        "clients/setup.html",
        desk=desk,
        chrome=chrome_of(desk),
        sheet=_sheet(rooms, desk),
        kept=_kept(desk),
        tools=TOOLS,
        fingerprint=found.fingerprint,
        steps=steps,
        **more,
    )


def _sheet(rooms: Rooms, desk: Desk) -> Sheet:
    return sheet_of(rooms.settings, desk.box.address, desk.box.address, desk.persona.name)


def _kept(desk: Desk) -> list[AppPassword]:
    """The application passwords of this persona that still open."""
    return list(
        desk.session.scalars(
            select(AppPassword)
            .where(
                AppPassword.world_id == desk.world.id,
                AppPassword.persona_id == desk.persona.id,
                AppPassword.kind == "app",
                AppPassword.revoked_at.is_(None),
            )
            .order_by(AppPassword.id)
        )
    )


def _tool(desk: Desk) -> Tool:
    if desk.persona.kind == "APP":
        return "application"
    return next((tool for tool in TOOLS if tool == request.form.get("outil")), "mail_client")


def _not_a_patient(desk: Desk) -> None:
    if desk.box.is_patient:
        abort(404, "Un patient écrit depuis Mon espace santé, jamais depuis un logiciel de messagerie.")


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
