"""What holds of every route of the sandbox: forms checked, worlds and roles kept apart, nothing changed by looking."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import inspect, text

from tests.webmail.acting import HUGO
from tests.webmail.visiting import ROOT

OPEN = {
    "sandbox.home", "sandbox.slash", "sandbox.join", "sandbox.come_back", "sandbox.forgotten", "sandbox.sign_up",
    "sandbox.lost", "training.lost",
}  # fmt: skip
"""Pages that anyone may look at: they show nothing of a world."""
ENTRANCES = {"sandbox.enter", "sandbox.join_now", "sandbox.come_back_now", "sandbox.leave"}
"""Forms that need no world: they make one, come back to one, or leave."""
TRAINER_ONLY = {
    "training.board",
    "training.grid",
    "training.projector",
    "training.projected",
    "training.results",
    "training.reset",
    "training.new_link",
}


@pytest.fixture(scope="module")
def routes(webmail):
    return [rule for rule in webmail.url_map.iter_rules() if rule.endpoint.split(".")[0] in ("sandbox", "training")]


@pytest.fixture
def lived(claire):
    """A world where something happened: messages, a folder, a draft, a file, a bounce."""
    return live(claire, "Revenu", "À moi", "Pas fini")


def live(someone, subject, folder, draft):
    someone.send(HUGO, "Avis", document="courrier")
    someone.send("ancien.interne@ch-abcd.mssante.fr", subject)
    someone.post("/dossiers", nom=folder, arbre="professional")
    someone.post("/brouillon", cle=f"brouillon-{subject}-{folder}".replace(" ", "-"), a=HUGO, objet=draft, texte="…")
    return someone


def address(rule, ids):
    """A route with these ids in it."""
    values = {name: ids.get(name, 1) for name in rule.arguments}
    values |= {"secret": "x" * 32} if "secret" in rule.arguments else {}
    values |= {"rest": "nulle-part"} if "rest" in rule.arguments else {}
    values |= {"name": "ordonnance-a-la-pharmacie"} if "name" in rule.arguments else {}
    return str(rule.build(values)[1])


def ids_of(someone, rooms):
    """Real ids of the world of this visitor, for each argument a route may have."""
    persona, box = map(int, re.search(r"/b/(\d+)/(\d+)", someone.home).groups())
    with rooms.store.engine.connect() as connection:

        def first(query):
            return connection.execute(text(query), {"box": box}).scalar()

        return {
            "persona": persona,
            "box": box,
            "folder": first("SELECT id FROM folder WHERE mailbox_id = :box AND special_use IS NULL AND selectable"),
            "delivery": first(
                "SELECT d.id FROM delivery d JOIN folder f ON f.id = d.folder_id WHERE f.mailbox_id = :box AND f.special_use = 'inbox'"
            ),
            "submission": first("SELECT id FROM submission WHERE mailbox_id = :box"),
            "number": 0,
        }


def fingerprint(rooms, ignoring=()):
    """The whole database, as one mark a table."""
    marks = {}
    with rooms.store.engine.connect() as connection:
        for table in sorted(inspect(rooms.store.engine).get_table_names()):
            if table in ignoring:
                continue
            rows = connection.execute(text(f'SELECT * FROM "{table}" ORDER BY 1')).all()  # noqa: S608
            marks[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return marks


def test_every_route_is_either_guarded_or_listed_as_open(visitor, routes):
    for rule in routes:
        if "GET" not in rule.methods or rule.endpoint in OPEN:
            continue
        answer = visitor().get(address(rule, {}))
        assert answer.status_code == 302, rule
        assert answer.headers["Location"] == f"{ROOT}?fait=entrez", rule


def test_every_form_needs_its_token(visitor, routes, lived, rooms):
    before = fingerprint(rooms)
    other = visitor().enter()
    after_other = fingerprint(rooms)
    assert before != after_other
    for rule in routes:
        if "POST" not in rule.methods:
            continue
        path = address(rule, ids_of(lived, rooms))
        for form in ({}, {"jeton": ""}, {"jeton": "0" * 64}, {"jeton": other.token}, {"jeton": "é"}):
            answer = lived.client.post(path, data=form)
            assert answer.status_code == 403, (rule, form)
            assert "donn" in answer.text, rule
        crossed = lived.client.post(path, data={"jeton": lived.token}, headers={"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403, rule
    assert fingerprint(rooms) == after_other


def test_no_get_changes_anything(lived, routes, rooms):
    ids = ids_of(lived, rooms)
    lived.get("/reglages")
    before = fingerprint(rooms)
    reached = 0
    for rule in routes:
        if "GET" in rule.methods:
            reached += lived.client.get(address(rule, ids)).status_code == 200
    assert reached > 20
    assert fingerprint(rooms) == before


def test_another_world_is_out_of_reach_by_any_route(visitor, lived, routes, rooms):
    """A stranger knows every number of Claire's world, and plays Claire in a world of their own."""
    stranger = visitor().enter().play("Claire Durand", box="claire.durand@")
    live(stranger, "Mien", "Chez moi", "Ailleurs")
    theirs, mine = ids_of(lived, rooms), ids_of(stranger, rooms)
    secret_words = ("Revenu", "Pas fini", "À moi")
    for rule in routes:
        named = [name for name in ("persona", "box", "folder", "delivery", "submission") if name in rule.arguments]
        if not named:
            continue
        before = fingerprint(rooms)
        for ids in ({**mine, named[-1]: theirs[named[-1]]}, theirs, {**mine, "persona": theirs["persona"]}):
            path = address(rule, ids)
            for method in {"GET", "POST"} & rule.methods:
                send = stranger.client.get if method == "GET" else stranger.client.post
                more = (
                    {}
                    if method == "GET"
                    else {"data": {"jeton": stranger.token, "action": "supprimer", "faire": "envoyer"}}
                )
                answer = send(path, **more)
                assert answer.status_code == 404, (rule, method, path, answer.status_code)
                assert not any(word in answer.text for word in secret_words), rule
        assert fingerprint(rooms) == before, rule


def test_in_a_class_nobody_acts_as_somebody_else(visitor, opened_class, routes, rooms):
    iris = visitor().join(opened_class.code, "Iris").play("Claire Durand", box="claire.durand@")
    live(iris, "D’Iris", "Dossier d’Iris", "Brouillon d’Iris")
    noe = visitor().join(opened_class.code, "Noé")
    theirs = ids_of(iris, rooms)
    before = fingerprint(rooms)
    for rule in routes:
        if "persona" not in rule.arguments or rule.endpoint in ("sandbox.sign_in",):
            continue
        for method in {"GET", "POST"} & rule.methods:
            send = noe.client.get if method == "GET" else noe.client.post
            more = {} if method == "GET" else {"data": {"jeton": noe.token}}
            answer = send(address(rule, theirs), **more)
            expected = {404} if rule.endpoint != "sandbox.signed_in" else {409}
            assert answer.status_code in expected, (rule, method, answer.status_code)
    assert {k: v for k, v in fingerprint(rooms).items() if k != "journal"} == {
        k: v for k, v in before.items() if k != "journal"
    }


def test_a_participant_reaches_only_the_boxes_that_their_persona_may_open(visitor, opened_class, routes, rooms):
    iris = visitor().join(opened_class.code, "Iris").play("Claire Durand", box="claire.durand@")
    with rooms.store.engine.connect() as connection:
        asked = text(
            "SELECT b.id FROM mailbox b JOIN mailbox mine ON mine.world_id = b.world_id AND mine.id = :mine WHERE b.address = :hugo"
        )
        hugo = connection.execute(asked, {"mine": int(iris.home.rpartition("/")[2]), "hugo": HUGO}).scalar()
    ids = {
        **dict.fromkeys(("folder", "delivery", "submission", "number"), 1),
        "persona": int(iris.home.split("/")[3]),
        "box": hugo,
    }
    for rule in routes:
        if "box" not in rule.arguments:
            continue
        for method in {"GET", "POST"} & rule.methods:
            send = iris.client.get if method == "GET" else iris.client.post
            answer = send(address(rule, ids), **({} if method == "GET" else {"data": {"jeton": iris.token}}))
            assert answer.status_code == 404, (rule, method)


def test_the_trainers_pages_are_the_trainers(visitor, opened_class, trainer, routes):
    trainee = visitor().join(opened_class.code, "Iris")
    visitor().join(opened_class.code, "Noé")
    board = trainer.get(f"{ROOT}/formation/tableau").text
    another = re.search(r'value="(\d+)">Noé', board)
    assert another
    for rule in routes:
        if rule.endpoint not in TRAINER_ONLY:
            continue
        path = address(rule, {})
        whom = another[1] if rule.endpoint == "training.new_link" else "tous"
        for method in {"GET", "POST"} & rule.methods:
            form = {} if method == "GET" else {"data": {"jeton": trainee.token, "qui": whom}}
            assert getattr(trainee.client, method.lower())(path, **form).status_code == 404, rule
            form = {} if method == "GET" else {"data": {"jeton": trainer.token, "qui": whom}}
            assert getattr(trainer.client, method.lower())(path, **form).status_code in (200, 303), rule


def test_a_delegate_writes_but_does_not_rule(claire):
    julie = claire.play("Julie Simon", box="claire.durand@ch-abcd")

    assert "par délégation" in julie.get("/nouveau").text
    for path in ("/absence", "/transfert", "/acces"):
        assert julie.post(path, texte="x", vers=HUGO, personne="1").status_code == 403, path


def test_every_page_says_what_it_is(lived, routes, rooms, trainer):
    """Simulation and fictional data told, nothing indexed or cached, a strict policy, one h1, everything labelled."""
    ids = ids_of(lived, rooms)
    for rule in routes:
        if "GET" not in rule.methods:
            continue
        someone = trainer if rule.endpoint in TRAINER_ONLY else lived
        answer = someone.client.get(address(rule, ids))
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow", rule
        assert answer.headers["Cache-Control"] == "no-store", rule
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, rule
        assert "unsafe" not in policy, rule
        if answer.mimetype != "text/html" or answer.status_code in (302, 308) or "<!doctype" not in answer.text.lower():
            continue
        assert "Simulation : ne saisissez jamais vos vrais identifiants" in answer.text, rule
        assert "données fictives" in answer.text, rule
        assert '<meta name="robots" content="noindex, nofollow">' in answer.text, rule
        page = Page(answer.text)
        assert page.faults == [], rule
        assert page.count["h1"] == 1, rule
        assert page.lang == "fr", rule


class Page(HTMLParser):
    """What a page must hold, checked on the way."""

    def __init__(self, html):
        super().__init__()
        self.faults, self.ids, self.labels, self.fields, self.lang = [], [], set(), [], ""
        self.count = {}
        self._label = 0
        self.feed(html)
        self.faults += [f"id {name} twice" for name in {i for i in self.ids if self.ids.count(i) > 1}]
        self.faults += [
            f"{tag} {name} has no label"
            for tag, name, ident, named in self.fields
            if not named and ident not in self.labels
        ]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.count[tag] = self.count.get(tag, 0) + 1
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "label":
            self._label += 1
            self.labels.add(given.get("for"))
        if any(name.startswith("on") or name == "style" for name in given):
            self.faults.append(f"inline {given}")
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden", "submit"):
            named = self._label > 0 or "aria-label" in given
            self.fields.append((tag, given.get("name"), given.get("id"), named))
        if tag == "form" and given.get("method", "get").lower() == "post":
            self.count["post"] = self.count.get("post", 0) + 1
        for name in ("src", "href", "action"):
            value = given.get(name) or ""
            if value.startswith(("//", "http:")) and tag != "a":
                self.faults.append(f"{tag} asks {value}")

    def handle_endtag(self, tag):
        if tag == "label":
            self._label -= 1


def test_nothing_typed_travels_in_an_address(claire):
    """What is looked for goes by POST, and no answer sends it on in an address."""
    for path, form in (
        ("/annuaire", {"nom": "Nomcherché"}),
        ("/dossiers", {"nom": "Nomcherché"}),
        ("/signature", {"texte": "Nomcherché"}),
        ("/brouillon", {"cle": "adresse-propre-123", "objet": "Nomcherché", "a": "Nomcherché"}),
    ):
        answer = claire.post(path, **form)
        assert "Nomcherch" not in answer.headers.get("Location", ""), path
    folder = re.search(r'action="([^"]+)/recherche"', claire.folder("Boîte de réception").text)[1]
    found = claire.post(f"{folder}/recherche", recherche="Nomcherché")
    assert found.status_code == 200
    assert not re.search(r'(href|action)="[^"]*Nomcherch', found.text)
