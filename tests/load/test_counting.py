"""The count of lost acts finds those that are lost: otherwise a loaded class would prove nothing."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.store.database import FILE
from tests.load.acknowledged import Acknowledged
from tests.load.counting import lost_acts
from tests.webmail.visiting import ROOT, Visitor, whole_app

HUGO = "hugo.leroy@medecin.zz.mssante.fr"


@pytest.fixture(scope="module")
def lived(base, tmp_path_factory):
    """A class where one trainee wrote one message and saved one draft: the folder of its data."""
    from bot.sandbox.training.classes import open_class
    from bot.settings import Settings

    folder = tmp_path_factory.mktemp("var")
    app = whole_app(Settings(secret_key="load-tests-" * 4, var_dir=folder), base)
    rooms = app.extensions["sandbox"]
    with rooms.store.writing() as session:
        made = open_class(session, rooms.space, rooms.now())
    trainee = Visitor(app.test_client()).join(made.code, "Martre")
    part = re.search(rf'href="{ROOT}/personnes/(\d+)/connexion">Se connecter', trainee.get(f"{ROOT}/personnes").text)
    trainee.post(f"{ROOT}/personnes/{part[1]}/connexion", mode="")
    trainee.open(int(part[1]))
    trainee.send(HUGO, "Une lettre")
    trainee.post("/brouillon", cle="une-cle-de-brouillon", a=HUGO, objet="En cours", texte="Pas fini.")
    rooms.close()
    assert (folder / FILE).exists()
    return folder


def test_what_is_there_is_not_lost(lived):
    told = Acknowledged(
        joined=["Martre"], sent=[("Une lettre", "delivered")], drafts={"une-cle-de-brouillon": "Pas fini."}
    )

    assert lost_acts(lived, told) == []


@pytest.mark.parametrize(
    "told",
    [
        Acknowledged(joined=["Belette"]),
        Acknowledged(sent=[("Une autre lettre", "delivered")]),
        Acknowledged(sent=[("Une lettre", "bounced")]),
        Acknowledged(drafts={"une-cle-de-brouillon": "Fini."}),
        Acknowledged(finished=[("Martre", "ordonnance-a-la-pharmacie")]),
    ],
    ids=["someone", "a letter", "a letter that reached nobody", "words of a draft", "an exercise"],
)
def test_what_is_not_there_is_lost(lived, told):
    assert len(lost_acts(lived, told)) == 1
