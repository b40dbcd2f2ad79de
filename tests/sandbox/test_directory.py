"""The fictional world: lifelike, coherent, and impossible to take for the real one."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from stdnum import luhn

from bot.sandbox.world import FaultyWorld, Mailbox, Operator, Population, World, load_world

WORLD = load_world()
WHITELIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "listeblanchemssante-2025-02-28.xml.gz"
REAL = {"patient.mssante.fr", "interop-mssante.apicrypt.org"}
"""Domains of the fixtures that exist: pretended here, never reached."""


def test_the_directory_spans_several_regions_and_trades(base):
    regions = {s.region for s in WORLD.structures.values()} | {b.region for b in WORLD.mailboxes.values() if b.region}
    professions = {b.profession for b in WORLD.mailboxes.values() if b.profession}

    assert len(WORLD.mailboxes) + len(WORLD.structures) > 200
    assert len(regions) >= 12
    assert len(professions) >= 12
    assert regions <= set(base.section("regions"))
    assert professions <= set(base.professions)
    assert {s.kind for s in WORLD.structures.values()} <= set(base.structures)


def test_no_number_of_the_world_could_be_real():
    for box in WORLD.mailboxes.values():
        assert not box.rpps or (len(box.rpps) == 11 and not luhn.is_valid(box.rpps)), box.address
    for structure in WORLD.structures.values():
        assert not structure.finess or (len(structure.finess) == 9 and not luhn.is_valid(structure.finess)), (
            structure.id
        )
    for address in WORLD.patients:
        local = address.partition("@")[0]
        assert local == "reponse.automatique-test" or re.fullmatch(r"[12]\d\d13[0-9AB]{10}", local), address


def test_no_domain_of_the_world_is_in_the_real_whitelist():
    if not WHITELIST.exists():
        pytest.skip("liste blanche absente de cette machine")
    listed = set(re.findall(r"<Nom>([^<]+)</Nom>", gzip.decompress(WHITELIST.read_bytes()).decode()))

    assert len(listed) > 4000
    assert set(WORLD.operator_of) & listed == REAL


def test_every_box_can_be_placed_in_the_directory():
    for box in WORLD.mailboxes.values():
        assert box.holder, box.address
        assert box.structure or box.region, box.address


def test_a_world_that_contradicts_itself_is_refused_with_every_fault():
    stray = Population(
        mailboxes=(
            Mailbox(address="a@nulle-part.mssante.fr", type="PER", role="perdu"),
            Mailbox(address="b@ch-abcd.mssante.fr", type="ORG", role="service", members=("c@x.fr",), structure="rien"),
        )
    )
    with pytest.raises(FaultyWorld) as error:
        WORLD.joined(stray)

    assert str(error.value).count("\n") == 2


def test_a_class_adds_its_own_people_without_touching_the_others():
    operator = Operator(
        id="OX", name="Opérateur de la classe", size_limit_mb=10, domains=("classe-fictive.mssante.fr",)
    )
    box = Mailbox(address="stagiaire@classe-fictive.mssante.fr", type="PER", role="stagiaire", holder="Stagiaire")
    richer = WORLD.joined(Population(operators=(operator,), mailboxes=(box,)))

    assert richer.box("Stagiaire@classe-fictive.mssante.fr") is not None
    assert WORLD.box("stagiaire@classe-fictive.mssante.fr") is None
    assert isinstance(richer, World)
