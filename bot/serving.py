"""Start servers: the only module that opens a port."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import TYPE_CHECKING

from knowledge.problems import InvalidKnowledge

if TYPE_CHECKING:
    from bot.gradual import GradualApp


PAGES = {
    "Guide": "",
    "Éligibilité": "eligibilite",
    "Chat": "chat",
    "Hotline": "hotline",
    "Bac à sable": "bac-a-sable",
    "API": "api/v1",
}
"""What the web process serves, by the names that its menu gives."""

THREADS = 16
"""Those that wait for their turn to write must leave some to those that read."""
CONNECTIONS = 1_000
"""Browsers keep up to six open each: a class of sixty needs more than the hundred that waitress allows."""


def serve_all(host: str, port: int) -> int:
    """Pages and mail on one machine, two children of this process; builds the guide first when the base is newer."""
    from bot.family import raise_children
    from bot.guide import build_guide, is_current
    from bot.sandbox.doors import doors_of
    from bot.settings import Settings

    try:
        settings = Settings.from_env()
        wanted = [(host, port, f"mssante serve --port {port + 1}")]
        wanted += [
            (settings.mail_host, door.port, f"{door.setting}={door.port + 1} mssante serve")
            for door in doors_of(settings)
        ]
        taken = [one for one in wanted if not port_is_free(*one[:2])]
    except ValueError as error:
        print(f"Réglage refusé — {error}", file=sys.stderr)
        return 1
    for where, number, remedy in taken:
        print(f"Le port {number} est déjà pris sur {where}. Choisissez-en un autre : {remedy}", file=sys.stderr)
    if taken:
        return 1

    # Served beside the assistant, the guide links to it; a guide built alone does not (DESIGN § 4).
    os.environ.setdefault("MSSANTE_BOT_URL", "/")
    if not is_current(settings.guide_dir):
        print("Construction du guide (quelques secondes, une seule fois par version de la base)…", flush=True)
        if build_guide(None, quiet=True) != 0:
            print("Le guide n’a pas pu être construit ; l’interview reste disponible.", file=sys.stderr)
    return raise_children([("web", "--host", host, "--port", str(port)), ("mail",)])


def serve_mail() -> int:
    """The SMTP and IMAP doors alone. Returns the exit status."""
    from bot.sandbox.doors import PortTaken, run_doors
    from bot.settings import Settings
    from knowledge.base import load_base

    try:
        return run_doors(Settings.from_env(), load_base())
    except InvalidKnowledge as error:
        print(error, file=sys.stderr)
    except ValueError as error:
        print(f"Réglage refusé — {error}", file=sys.stderr)
    except PortTaken as error:
        print(error, file=sys.stderr)
    return 1


def serve_web(host: str, port: int) -> int:
    """The pages alone. Returns the exit status."""
    app = make_app()
    if app is None:
        return 1
    try:
        free = port_is_free(host, port)
    except ValueError as error:
        print(f"Réglage refusé — {error}", file=sys.stderr)
        return 1
    if not free:
        print(
            f"Le port {port} est déjà pris sur {host}. Choisissez-en un autre : mssante serve --port {port + 1}",
            file=sys.stderr,
        )
        return 1
    import waitress

    app.start()
    for line in addresses(host, port):
        print(line)
    print("Ctrl+C pour arrêter.", flush=True)
    waitress.serve(
        app, host=host, port=port, threads=THREADS, connection_limit=CONNECTIONS, ident="mssante", _quiet=True
    )
    return 0


def addresses(host: str, port: int) -> list[str]:
    """Every address of the pages, one a line: what to open in a browser of this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - only compared
    return [f"{name:13} http://{shown}:{port}/{path}" for name, path in PAGES.items()]


def make_app() -> GradualApp | None:
    """The application on the current base; None after printing what is wrong."""
    from bot.gradual import GradualApp
    from bot.settings import Settings
    from knowledge.base import load_base

    try:
        return GradualApp(Settings.from_env(), load_base())
    except InvalidKnowledge as error:
        print(error, file=sys.stderr)
    except ValueError as error:
        print(f"Réglage refusé — {error}", file=sys.stderr)
    return None


def port_is_free(host: str, port: int) -> bool:
    """Can this port be listened on?"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            raise ValueError(f"adresse d’écoute inconnue « {host} »") from None
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True
