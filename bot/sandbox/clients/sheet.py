"""The settings of a box for a mail client: as a person copies them, as Thunderbird and Outlook read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

if TYPE_CHECKING:
    from bot.settings import Settings

_OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
_OUTLOOK_ANSWER = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"


class Sheet(NamedTuple):
    """What to type, and where. `login`: the box, or the id of a MED account, which has none."""

    address: str
    login: str
    label: str
    host: str
    smtp_port: int
    imap_port: int

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Label and value, in the order a client asks for them."""
        return [
            ("Adresse", self.address),
            ("Identifiant", self.login),
            ("Mot de passe", "un mot de passe d’application, créé ci-dessous ; jamais un vrai"),
            ("Courrier sortant (SMTP)", self.host),
            ("Port SMTP", f"{self.smtp_port} (587 dans la réalité)"),
            ("Courrier entrant (IMAP)", self.host),
            ("Port IMAP", f"{self.imap_port} (143 dans la réalité)"),
            ("Chiffrement", "STARTTLS, pour les deux"),
            ("Authentification", "mot de passe normal, ou OAuth2 (XOAUTH2) avec un jeton simulé"),
        ]


def sheet_of(settings: Settings, address: str, login: str, label: str) -> Sheet:
    """The sheet of one box on this deployment."""
    return Sheet(address, login, label, settings.mail_name, settings.smtp_port, settings.imap_port)


def autoconfig(sheet: Sheet) -> bytes:
    """Mozilla's clientConfig, for Thunderbird and those who read it."""
    domain = sheet.address.rpartition("@")[2]
    root = Element("clientConfig", version="1.1")
    provider = SubElement(root, "emailProvider", id=domain)
    _texts(provider, domain=domain, displayName=f"{sheet.label} (simulation)", displayShortName="Simulation")
    for tag, kind, port in (("incomingServer", "imap", sheet.imap_port), ("outgoingServer", "smtp", sheet.smtp_port)):
        server = SubElement(provider, tag, type=kind)
        _texts(server, hostname=sheet.host, port=str(port), socketType="STARTTLS", username=sheet.login)
        for way in ("password-cleartext", "OAuth2"):
            SubElement(server, "authentication").text = way
    return _written(root)


def autodiscover(sheet: Sheet) -> bytes:
    """Outlook's answer, in the plain-old-XML form."""
    root = Element("Autodiscover", xmlns=_OUTLOOK)
    answer = SubElement(root, "Response", xmlns=_OUTLOOK_ANSWER)
    _texts(SubElement(answer, "User"), DisplayName=f"{sheet.label} (simulation)")
    account = SubElement(answer, "Account")
    _texts(account, AccountType="email", Action="settings")
    for kind, port in (("IMAP", sheet.imap_port), ("SMTP", sheet.smtp_port)):
        _texts(
            SubElement(account, "Protocol"),
            Type=kind,
            Server=sheet.host,
            Port=str(port),
            LoginName=sheet.login,
            SPA="off",
            SSL="on",
            Encryption="TLS",
            AuthRequired="on",
        )
    return _written(root)


def _texts(parent: Element, **values: str) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = value


def _written(root: Element) -> bytes:
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
