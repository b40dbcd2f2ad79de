"""Visit the sandbox through its forms, without a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

ROOT = "/bac-a-sable"
_TOKEN = re.compile(r'name="jeton" value="([0-9a-f]{64})"')


def whole_app(settings: Any, base: Any) -> Any:
    """The application with its sandbox, whether or not this checkout wires it in."""
    from bot.app import create_app
    from bot.sandbox.webmail.installing import install_sandbox

    app = create_app(settings, base)
    if "sandbox" not in app.blueprints:
        install_sandbox(app, settings, base)
    return app


@dataclass
class Visitor:
    """A client of the pages, and what it needs to send their forms."""

    client: Any
    token: str = ""
    home: str = ""
    seen: list[Any] = field(default_factory=list)

    def get(self, path: str, **more: Any) -> Any:
        answer = self.client.get(path if path.startswith(ROOT) else self.home + path, **more)
        found = _TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, **form: Any) -> Any:
        answer = self.client.post(
            path if path.startswith(ROOT) else self.home + path, data={"jeton": self.token, **form}
        )
        found = _TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer

    def enter(self) -> Visitor:
        self.get(ROOT)
        assert self.post(f"{ROOT}/entrer").status_code == 303
        self.get(f"{ROOT}/personnes")
        return self

    def join(self, code: str, pseudonym: str) -> Visitor:
        self.get(f"{ROOT}/rejoindre")
        answer = self.post(f"{ROOT}/rejoindre", code=code, pseudonyme=pseudonym)
        assert answer.status_code == 303, answer.text
        self.get(f"{ROOT}/personnes")
        return self

    def persona(self, name: str) -> int:
        text = self.get(f"{ROOT}/personnes").text
        found = re.search(
            rf'href="{ROOT}/personnes/(\d+)/connexion">(?:Jouer|Se connecter)<span class="unseen">[ :]*{re.escape(name)}<',
            text,
        )
        assert found, name
        return int(found[1])

    def persona_of(self, name: str) -> int:
        """The id of a persona that this visitor plays already."""
        text = self.get(f"{ROOT}/personnes").text
        found = re.search(
            rf'href="{ROOT}/(?:b|personnes)/(\d+)(?:/connexion)?">[^<]+<span class="unseen">[ :]*{re.escape(name)}<',
            text,
        )
        assert found, name
        return int(found[1])

    def play(self, name: str, mode: str = "", box: str = "") -> Visitor:
        """Sign in as this persona and open one of its boxes (by address; its first by default)."""
        persona = self.persona(name)
        answer = self.post(f"{ROOT}/personnes/{persona}/connexion", mode=mode)
        assert answer.status_code == 303, answer.text
        return self.open(persona, box)

    def open(self, persona: int, box: str = "") -> Visitor:
        text = self.get(f"{ROOT}/b/{persona}").text
        if self.client.get(f"{ROOT}/b/{persona}").status_code != 200:
            raise AssertionError("not signed in")
        rows = re.findall(
            rf'<span class="soft">([^<]+@[^<]+)</span>.*?action="({ROOT}/b/\d+/\d+)/ouvrir"', text, re.DOTALL
        )
        home = next(path for address, path in rows if box in address)
        assert self.post(f"{home}/ouvrir").status_code == 303
        self.home = home
        self.get("/nouveau")
        return self

    def send(self, to: str, subject: str = "Objet", text: str = "Bonjour.", *, key: str = "", **form: Any) -> Any:
        """Write and send; the result page, or the sheet again."""
        sheet = self.get("/nouveau").text
        found = re.search(r'name="cle" value="([^"]+)"', sheet)
        assert found
        form = {"faire": "envoyer", "cle": key or found[1], "a": to, "objet": subject, "texte": text, **form}
        answer = self.post("/ecrire", **form)
        return self.get(answer.headers["Location"]) if answer.status_code == 303 else answer

    def messages(self, folder: str = "Boîte de réception", tree: str = "professional") -> list[str]:
        """The addresses of the messages of a folder, as its list shows them."""
        return re.findall(rf'href="({ROOT}/b/\d+/\d+/message/\d+)[^"]*"', self.folder(folder, tree).text)

    def folder(self, name: str, tree: str = "professional") -> Any:
        text = self.get("/reglages").text
        nav = re.search(rf'<nav class="tree" aria-labelledby="arbre-{tree}">.*?</nav>', text, re.DOTALL)
        assert nav
        found = re.search(rf'href="([^"]+/dossier/\d+)"[^>]*>{re.escape(name)} ', nav[0])
        assert found, name
        return self.get(found[1])


def outcome_of(answer: Any) -> tuple[str, str]:
    """(outcome, decided_by) that a result page shows."""
    found = re.search(r'data-outcome="([^"]+)" data-decided-by="([^"]+)"', answer.text)
    assert found, answer.text[:3000]
    return found[1], found[2]
