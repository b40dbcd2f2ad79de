"""Act in the webmail as a person would, in a real browser."""

from __future__ import annotations

import re
from typing import Any

HUGO = "hugo.leroy@medecin.zz.mssante.fr"
CLAIRE = "claire.durand@ch-abcd.mssante.fr"
ALIX = "279139999901254@patient.mssante.fr"
SHARED = "cardiologie@ch-abcd.mssante.fr"
PHARMACY = "officine@pharmacie-fictive.mssante.fr"


class Actor:
    """A browser page and what its person does in the sandbox."""

    def __init__(self, page: Any, root: str) -> None:
        self.page = page
        self.root = root.rstrip("/")
        self.home = ""

    def go(self, path: str) -> None:
        self.page.goto(self.root + path)

    def enter(self) -> Actor:
        """Alone, in a new world."""
        self.go("/bac-a-sable")
        self.page.get_by_role("button", name="Entrer seul").click()
        return self

    def join(self, code: str, pseudonym: str) -> Actor:
        self.go(f"/bac-a-sable/rejoindre?code={code}")
        self.page.get_by_label("Pseudonyme").fill(pseudonym)
        self.page.get_by_role("button", name="Rejoindre").click()
        return self

    def play(self, name: str, mode: str = "") -> Actor:
        """Sign in as this persona; the first way by default."""
        return self.choose(name).sign_in(mode)

    def choose(self, name: str) -> Actor:
        """The sign-in page of this persona, or its boxes when it is signed in already."""
        self.go("/bac-a-sable/personnes")
        details = self.page.locator("summary", has_text="Toutes les autres personnes")
        link = self.page.get_by_role(
            "link", name=re.compile(f"^(Jouer|Se connecter|Ouvrir ses boîtes).*{re.escape(name)}")
        )
        if not link.first.is_visible():
            details.click()
        link.first.click()
        self._remember()
        return self

    def sign_in(self, mode: str = "") -> Actor:
        if "/connexion" in self.page.url:
            buttons = self.page.locator(".modes button")
            (buttons.get_by_text(mode, exact=True) if mode else buttons.first).click()
        self._remember()
        return self

    def open(self, box: str = "") -> Actor:
        """Enter a box of the persona, by its address; the first by default."""
        if "/dossier/" not in self.page.url:
            rows = self.page.locator(".cast li")
            (rows.filter(has_text=box) if box else rows).first.get_by_role("button").click()
        self._remember()
        return self

    def folder(self, name: str, tree: str = "professional") -> Actor:
        self.page.locator(f'nav[aria-labelledby="arbre-{tree}"]').get_by_role(
            "link", name=re.compile(f"^{name}")
        ).click()
        return self

    def write(
        self,
        to: str = "",
        subject: str = "",
        text: str = "Bonjour.",
        *,
        cc: str = "",
        bcc: str = "",
        documents: tuple[str, ...] = (),
        situations: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
        tree: str = "",
    ) -> Actor:
        """Fill a new sheet."""
        page = self.page
        self.go(f"{self.home}/nouveau" + (f"?arbre={tree}" if tree else ""))
        page.locator("#a").fill(to)
        page.locator("#objet").fill(subject)
        page.locator("#texte").fill(text)
        for label, value in (("cc", cc), ("cci", bcc)):
            if value:
                page.locator(".copies").evaluate("d => d.open = true")
                page.locator(f"#{label}").fill(value)
        page.evaluate("document.querySelectorAll('#feuille details').forEach(d => d.open = true)")
        for name, values in (("document", documents), ("situation", situations)):
            for value in values:
                page.locator(f'input[name="{name}"][value="{value}"]').check()
        for name in options:
            page.locator(f'input[name="{name}"]').check()
        return self

    def press(self, button: str) -> Actor:
        self.page.get_by_role("button", name=button, exact=True).first.click()
        return self

    def send(self) -> Actor:
        """Send, and confirm when asked."""
        self.press("Envoyer")
        again = self.page.get_by_role("button", name="Envoyer quand même")
        if again.count():
            again.click()
        return self

    @property
    def outcome(self) -> tuple[str, str]:
        """(outcome, decided_by) of the result on the screen."""
        shown = self.page.locator("[data-outcome]").first
        return shown.get_attribute("data-outcome"), shown.get_attribute("data-decided-by")

    def _remember(self) -> None:
        found = re.search(r"/bac-a-sable/b/\d+/\d+", self.page.url)
        if found:
            self.home = found[0]
