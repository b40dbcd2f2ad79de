"""Try a mail client's settings against the doors of this machine, step by step, and say in French what fails.

Only this deployment's own address is ever connected to; other ports are explained by the rules, not tried. No mail
library: this speaks up to the sign-in and could not send a message.
"""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
from typing import TYPE_CHECKING, Literal, NamedTuple, NoReturn, TypeAlias

from bot.sandbox.tls.certificates import certificates

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.base import Base

Encryption: TypeAlias = Literal["starttls", "implicit", "none"]
Way: TypeAlias = Literal["password", "token"]
PATIENCE = 10.0
_RULE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_REAL = {"smtp": (587, "envoi", "SMTP"), "imap": (143, "lecture", "IMAP")}
"""Port of the real service, what it serves, its protocol."""


class Step(NamedTuple):
    """One thing tried. `rule`: the id of the send rule that explains a failure."""

    label: str
    passed: bool
    told: str
    rule: str = ""


class Wanted(NamedTuple):
    """What the client was set to; `port` as typed, 0: the one of this deployment. `elsewhere`: the secret belongs to another world than the page."""

    login: str
    secret: str
    door: Literal["smtp", "imap"] = "smtp"
    port: str | int = 0
    encryption: Encryption = "starttls"
    way: Way = "password"
    elsewhere: bool = False


def try_settings(settings: Settings, base: Base, wanted: Wanted) -> list[Step]:
    """Every step until the first that fails."""
    own = settings.smtp_port if wanted.door == "smtp" else settings.imap_port
    explained = _port_explained(base, settings, wanted, own)
    if explained is not None:
        return [explained]
    steps: list[Step] = []
    with contextlib.suppress(_Stopped):
        _follow(settings, base, wanted, own, steps)
    return steps


def _follow(settings: Settings, base: Base, wanted: Wanted, port: int, steps: list[Step]) -> None:
    where = f"{settings.mail_name}, port {port}"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.mail_host, settings.mail_host)  # noqa: S104 - only compared
    trust = certificates(settings.var_dir, settings.mail_name).client_context()
    try:
        link = Link(socket.create_connection((host, port), PATIENCE), wanted.door)
        link.greeting()
    except OSError as error:
        _stop(steps, "Joindre le serveur", _why_unreachable(error, where))
    with link:
        steps.append(Step("Joindre le serveur", True, f"Le serveur répond ({where})."))
        if wanted.encryption == "none":
            _stop(
                steps, "Chiffrer la liaison", _set_right(base, "chiffrement-absent", wanted, port), "chiffrement-absent"
            )
        try:
            link.encrypt(trust)
        except ssl.SSLCertVerificationError:
            _stop(
                steps,
                "Chiffrer la liaison",
                "Le certificat du serveur n’est pas celui de l’autorité du bac à sable. Effacez var/tls, redémarrez le serveur, "
                "puis installez de nouveau son autorité dans votre logiciel.",
            )
        except OSError:
            _stop(steps, "Chiffrer la liaison", "Le serveur n’a pas mené le chiffrement à son terme. Réessayez.")
        steps.append(
            Step("Chiffrer la liaison", True, "La liaison est chiffrée (STARTTLS) et le certificat est le bon.")
        )
        try:
            refusal = link.sign_in(wanted.login, wanted.secret, wanted.way)
        except OSError:
            _stop(steps, "Se connecter", "Le serveur a coupé sans répondre à la connexion. Réessayez.")
        if refusal:
            rule = _rule_of(base, refusal, wanted.login)
            _stop(steps, "Se connecter", _said(base, rule), rule)
        if wanted.elsewhere:
            _stop(
                steps,
                "Se connecter",
                "Ce mot de passe ou ce jeton ouvre une autre session du bac à sable que celle de cette page : votre logiciel "
                "n’y verrait pas vos messages. Créez-en un ici.",
            )
        steps.append(Step("Se connecter", True, f"{wanted.login} est connecté. Votre logiciel peut être réglé ainsi."))


class Link:
    """A connection to one of the doors, up to the sign-in."""

    def __init__(self, connected: socket.socket, door: Literal["smtp", "imap"]) -> None:
        self._socket = connected
        self._door = door
        self._file = connected.makefile("rb")

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def greeting(self) -> None:
        """Wait to be greeted. Raises OSError."""
        if not self._line().startswith(("220", "* OK")):
            raise ConnectionError("not greeted")

    def encrypt(self, trust: ssl.SSLContext) -> None:
        """STARTTLS. Raises OSError."""
        if self._door == "smtp":
            self._ask("EHLO essai")
        if not self._ask("STARTTLS").startswith(("220", "OK")):
            raise ConnectionError("not ready")
        self._file.close()
        self._socket = trust.wrap_socket(self._socket, server_hostname="localhost")
        self._file = self._socket.makefile("rb")
        if self._door == "smtp":
            self._ask("EHLO essai")

    def sign_in(self, login: str, secret: str, way: Way) -> str:
        """By PLAIN or XOAUTH2. The refusal, empty once signed in. Raises OSError."""
        mechanism = "PLAIN" if way == "password" else "XOAUTH2"
        first = self._ask(f"{'AUTH' if self._door == 'smtp' else 'AUTHENTICATE'} {mechanism}", waits=True)
        if not first.startswith(("334", "+")):
            return first
        shown = f"\0{login}\0{secret}" if way == "password" else f"user={login}\1auth=Bearer {secret}\1\1"
        answer = self._send(base64.b64encode(shown.encode("utf-8", "replace")).decode(), waits=True)
        if answer.startswith(("334", "+")):  # a refused token: the reason, in code, that an empty line acknowledges
            answer = self._send("")
        return "" if answer.startswith(("235", "OK")) else answer

    def _ask(self, command: str, *, waits: bool = False) -> str:
        return self._send(command if self._door == "smtp" else f"a {command}", waits=waits)

    def _send(self, text: str, *, waits: bool = False) -> str:
        """The last line of the answer, without the tag of IMAP."""
        self._socket.sendall(text.encode() + b"\r\n")
        for _ in range(100):
            line = self._line()
            if self._door == "smtp" and line[3:4] != "-":
                return line
            if self._door == "imap" and (line.startswith("a ") or (waits and line.startswith("+"))):
                return line.removeprefix("a ")
        raise ConnectionError("talks without end")

    def _line(self) -> str:
        line = self._file.readline(10_000)
        if not line:
            raise ConnectionError("hung up")
        return line.decode("utf-8", "replace").rstrip("\r\n")


def _port_explained(base: Base, settings: Settings, wanted: Wanted, own: int) -> Step | None:
    """The ports that nobody serves here, and why."""
    label = "Choisir le port et le chiffrement"
    real, use, name = _REAL[wanted.door]
    here = f"Sur cette machine, mettez le port {own} avec STARTTLS (dans la réalité, {real})."
    typed = str(wanted.port or own)
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 65_535):
        return Step(label, False, f"Un port est un nombre entier, de 1 à 65535. {here}")
    port = int(typed)
    other = settings.imap_port if wanted.door == "smtp" else settings.smtp_port
    if port in (other, 587 if wanted.door == "imap" else 143) and port != own:
        wrong = "la lecture (IMAP)" if wanted.door == "smtp" else "l’envoi (SMTP)"
        return Step(
            label, False, f"Le port {port} sert à {wrong}, et non à ce que vous essayez ({use}, {name}). {here}"
        )
    if port == 25:
        return Step(label, False, _set_right(base, "port-25-reserve", wanted, own), "port-25-reserve")
    if port in (465, 993, 995) or wanted.encryption == "implicit":
        return Step(
            label, False, _set_right(base, "port-465", wanted, own), "port-465" if wanted.door == "smtp" else ""
        )
    if port == real != own:
        return Step(
            label, False, f"Le port {real} est celui de la réalité. Sur cette machine, le bac à sable écoute sur {own}."
        )
    if port != own:
        rule = "port-inattendu" if wanted.door == "smtp" else ""
        return Step(label, False, _set_right(base, "port-inattendu", wanted, own), rule)
    return None


_OF_READING = {
    "port-465": "Vous visez un chiffrement dès l’ouverture (SSL/TLS). Ici, la lecture IMAP ne connaît que STARTTLS.",
    "port-inattendu": "Le port réglé n’est pas celui de la lecture (IMAP). Rien ne dit qu’un serveur y réponde.",
}
"""What a rule of sending says, where it has its like in reading."""


def _set_right(base: Base, rule: str, wanted: Wanted, own: int) -> str:
    """Why it fails, in the words of the protocol, and the port of this machine rather than the one of the rule."""
    why = base.section("send_rules")[rule].why
    if wanted.door == "imap":
        why = _OF_READING.get(rule, why)
    real, use, name = _REAL[wanted.door]
    return f"{why} Sur cette machine, mettez le port {own} avec STARTTLS ({use}, {name}) ; dans la réalité, {real}."


def _rule_of(base: Base, refusal: str, login: str) -> str:
    """The rule that a refusal bears. A login that is neither an address nor a MED account is wrong whatever the secret."""
    found = next((word for word in _RULE.findall(refusal) if word in base.section("send_rules")), "mot-de-passe-faux")
    malformed = "@" not in login or not login.isascii()
    return (
        "identifiant-mal-forme"
        if found == "mot-de-passe-faux" and malformed and not login.startswith("med-")
        else found
    )


def _why_unreachable(error: Exception, where: str) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"Personne n’écoute à cette adresse ({where}). Démarrez « mssante serve », ou « mssante mail »."
    if isinstance(error, TimeoutError):
        return f"Le serveur ne répond pas ({where}) : un pare-feu le cache, ou il est débordé. Réessayez."
    return f"La liaison n’a pas pu s’ouvrir ({where}). Vérifiez l’adresse et le port."


def _said(base: Base, rule: str) -> str:
    entry = base.section("send_rules")[rule]
    return f"{entry.why} {entry.remedy}"


class _Stopped(Exception):
    """Nothing further can be tried."""


def _stop(steps: list[Step], label: str, told: str, rule: str = "") -> NoReturn:
    steps.append(Step(label, False, told, rule))
    raise _Stopped
