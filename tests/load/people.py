"""The people of a loaded class: trainees at work in the webmail with their exercises in a tab, a trainer at the grid.

Each counts what the service acknowledged; `tests.load.counting` then looks for it in the database.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from typing import Any, ClassVar

import gevent
from locust import FastHttpUser, between, task
from locust.exception import StopUser

from tests.load.acknowledged import Acknowledged
from tests.training.reading import EXERCISES, TRAINING
from tests.webmail.acting import ALIX, HUGO, PHARMACY, SHARED
from tests.webmail.visiting import ROOT, Visitor, outcome_of

PART = re.compile(rf'href="{ROOT}/personnes/(\d+)/connexion">Se connecter')
ASSETS = re.compile(r'(?:href|src)="(/assets-app/[^"]+)"')
KEPT = "kept"
STEPS_EVERY = 2.5
PULSE_EVERY = 6.0


class Answer:
    """What `Visitor` reads of an answer."""

    def __init__(self, answer: Any) -> None:
        self.status_code = answer.status_code
        self.headers = answer.headers or {}
        self.text = answer.text or ""
        self.mimetype = (self.headers.get("Content-Type") or "").partition(";")[0]


class Browser:
    """A locust client in the place of a test client: follows no redirection, keeps the assets that may be kept."""

    def __init__(self, client: Any, told: Acknowledged) -> None:
        self._client = client
        self._told = told
        self._marks: dict[str, str] = {}

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        found = self._ask("GET", path, headers=headers or {})
        if found.mimetype == "text/html" and "<head>" in found.text:
            gevent.joinall([gevent.spawn(self._asset, asset) for asset in dict.fromkeys(ASSETS.findall(found.text))])
        return found

    def post(self, path: str, data: dict[str, str]) -> Answer:
        return self._ask("POST", path, data=data)

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        path = re.sub(r"^https?://[^/]+", "", path)
        name = f"{method} {re.sub(r'reprendre/.+', 'reprendre/…', re.sub(r'/[0-9]+', '/n', path.partition('?')[0]))}"
        with self._client.request(
            method, path, name=name, allow_redirects=False, catch_response=True, **more
        ) as answer:
            found = Answer(answer)
            if found.status_code in (200, 303, 304) or (found.status_code == 403 and "/connexion" in path):
                answer.success()
            else:
                answer.failure(f"status {found.status_code}")
        return found

    def _asset(self, path: str) -> None:
        mark = self._marks.get(path)
        if mark == KEPT:
            return
        found = self._client.request(
            "GET", path, name="GET /assets-app", headers={"If-None-Match": mark} if mark else {}, allow_redirects=False
        )
        headers = found.headers or {}
        self._marks[path] = KEPT if "immutable" in headers.get("Cache-Control", "") else headers.get("ETag") or ""


class Trainee(FastHttpUser):
    """Does the five exercises one after the other, then writes to the others of the class."""

    wait_time = between(4, 12)
    concurrency = 6
    code: ClassVar[str] = ""
    told: ClassVar[Acknowledged] = Acknowledged()
    addresses: ClassVar[list[str]] = []
    numbers: ClassVar[Any] = itertools.count(1)

    def on_start(self) -> None:
        self.name = f"Stagiaire {next(self.numbers)}"
        self.me = Visitor(Browser(self.client, self.told))
        self.me.join(self.code, self.name)
        self.told.joined.append(self.name)
        part = PART.search(self.me.get(f"{ROOT}/personnes").text)
        assert part, "no part was handed out"
        self.persona = int(part[1])
        self.me.post(f"{ROOT}/personnes/{self.persona}/connexion", mode="")
        self.me.open(self.persona)
        self.own = self.me.home
        address = re.search(r'<span class="soft">([^<]+@[^<]+)</span>', self.me.get("/reglages").text)
        assert address
        self.addresses.append(address[1])
        self.inboxes: dict[str, str] = {}
        self.letters = itertools.count(1)
        self.left = iter(zip(EXERCISES, self._exercises(), strict=True))
        self.tabs = [
            gevent.spawn(self._renew, f"{TRAINING}/exercices/etat", STEPS_EVERY),
            gevent.spawn(self._renew, f"{self.own}/etat", PULSE_EVERY),
        ]

    def on_stop(self) -> None:
        gevent.killall(self.tabs)

    @task
    def go_on(self) -> None:
        exercise = next(self.left, None)
        if exercise is None:
            self._write_to_a_neighbour()
            return
        name, play = exercise
        play()
        shown = self.me.get(f"{TRAINING}/exercices").text
        section = shown[shown.index(f'id="{name}"') :]
        if "terminé" in section[: section.index("</h2>")]:
            self.told.finished.append((self.name, name))
        else:
            self.told.unexpected.append(f"{name} is not proved")

    def _exercises(self) -> list[Callable[[], None]]:
        return [self._prescription, self._bounce, self._shared_box, self._patient, self._refused]

    def _prescription(self) -> None:
        self.me.post("/annuaire", nom="Pharmacie Fictive")
        self._think()
        self.me.get("/nouveau")
        self.me.post("/ecrire", faire="verifier", cle=self._key(), a=PHARMACY, objet="Avant", texte="…")
        self._think()
        self._send(PHARMACY, document="ordonnance")

    def _bounce(self) -> None:
        self._send("ancien.interne@ch-abcd.mssante.fr")
        self._think()
        self._read_first("professional")
        self._think()
        self._send(SHARED)

    def _shared_box(self) -> None:
        self.me.get(f"{ROOT}/personnes/{self.persona}/connexion")
        self.me.post(f"{ROOT}/personnes/{self.persona}/connexion", mode="mot-de-passe-commun")
        self._think()
        boxes = self.me.get(f"{ROOT}/b/{self.persona}").text
        shared = re.search(rf'\(ORG\).*?action="({ROOT}/b/\d+/\d+)/ouvrir"', boxes, re.DOTALL)
        assert shared
        self.me.post(f"{shared[1]}/ouvrir")
        self.me.home = shared[1]
        self._send(HUGO)
        self.me.home = self.own
        self.me.get("/nouveau")

    def _patient(self) -> None:
        self._send(ALIX, arbre="patient")
        for _ in range(60):
            gevent.sleep(2)
            if self._read_first("patient"):
                break
        self._send(ALIX, subject="[FIN]", arbre="patient")

    def _refused(self) -> None:
        self.me.send("paul.martin@courriel-perso.example", "Courrier")
        self._think()
        self._send(HUGO)

    def _write_to_a_neighbour(self) -> None:
        self.me.get(self.own + "/nouveau")
        key, text = self._key(), f"Un mot de {self.name}, lettre {next(self.letters)}."
        to = random.choice(self.addresses)
        saved = self.me.post("/brouillon", cle=key, a=to, objet="En cours", texte=text)
        if saved.status_code == 200:
            self.told.drafts[key] = text
        self._think()
        self._send(to, key=key, text=text)
        self._read_first("professional")

    def _send(self, to: str, *, subject: str = "", text: str = "Bonjour.", key: str = "", **form: str) -> None:
        subject = subject or f"{self.name}, message {next(self.letters)}"
        key = key or self._key()
        answer = self.me.post("/ecrire", faire="envoyer", cle=key, a=to, objet=subject, texte=text, **form)
        if answer.status_code == 303:
            answer = self.me.get(answer.headers["Location"])
        if "data-outcome" not in answer.text:
            self.told.unexpected.append(f"{answer.status_code} no outcome for a message to {to}")
            return
        self.told.drafts.pop(key, None)
        if subject != "[FIN]":
            self.told.sent.append((subject, outcome_of(answer)[0]))

    def _read_first(self, tree: str) -> bool:
        """Open the newest message of the inbox, if there is one."""
        shown = self.me.get(self._inbox(tree)).text
        found = re.search(rf'href="({re.escape(self.me.home)}/message/\d+)[^"]*"', shown)
        if found is None:
            return False
        self.me.get(found[1])
        self.me.post(f"{found[1]}/lu", etat="lu")
        return True

    def _inbox(self, tree: str) -> str:
        """The link to the inbox of a tree, which every page of a box shows."""
        if tree not in self.inboxes:
            nav = re.search(rf'aria-labelledby="arbre-{tree}">.*?</nav>', self.me.get("/nouveau").text, re.DOTALL)
            link = nav and re.search(r'href="([^"]+/dossier/\d+)"[^>]*>Boîte de réception ', nav[0])
            assert link, "no inbox"
            self.inboxes[tree] = link[1]
        return self.inboxes[tree]

    def _key(self) -> str:
        return f"charge-{self.name.replace(' ', '-')}-{next(self.letters)}"

    def _renew(self, path: str, every: float) -> None:
        """A tab that renews itself."""
        renew(Browser(self.client, self.told), path, every)

    def _think(self) -> None:
        gevent.sleep(random.uniform(2, 6))


class Trainer(FastHttpUser):
    """Watches the grid and the wall, and takes the results now and then."""

    fixed_count = 1
    wait_time = between(20, 40)
    secret: ClassVar[str] = ""
    told: ClassVar[Acknowledged] = Acknowledged()

    def on_start(self) -> None:
        browser = Browser(self.client, self.told)
        self.me = Visitor(browser)
        self.me.get(f"{ROOT}/reprendre/{self.secret}")
        if self.me.post(f"{ROOT}/reprendre/{self.secret}").status_code != 303:
            raise StopUser("the trainer did not get in")
        self.me.get(f"{TRAINING}/tableau")
        paths = (f"{TRAINING}/tableau/grille", f"{TRAINING}/projecteur/etat")
        self.tabs = [gevent.spawn(renew, browser, path, STEPS_EVERY) for path in paths]

    def on_stop(self) -> None:
        gevent.killall(self.tabs)

    @task
    def take_the_results(self) -> None:
        self.me.get(f"{TRAINING}/resultats.csv")


def renew(browser: Browser, path: str, every: float) -> None:
    """Ask for a part of a page again and again, with the mark of what is known."""
    mark = ""
    while True:
        answer = browser.get(path, headers={"If-None-Match": mark} if mark else {})
        mark = answer.headers.get("ETag") or mark
        gevent.sleep(every)
