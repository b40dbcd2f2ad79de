"""review.yaml: whole or empty, and never junk that could pass for a jurist's signature."""

from __future__ import annotations

import datetime

import pytest

from knowledge.base import Base
from knowledge.loading import Source, compile_sources, digest_of, read_sources
from knowledge.problems import InvalidKnowledge


@pytest.fixture(scope="module")
def files():
    return [file for file in read_sources() if file.path != "review.yaml"]


def compiled(files, text, today=None):
    return compile_sources([*files, Source("review.yaml", text.encode())], "knowledge/data", today=today)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("role: juriste\nday: 2026-11-23\ndigest: signé !\n", "review.yaml:3:9: empreinte mal formée « signé ! »"),
        ("role: juriste\nday: 2026-11-23\ndigest: ABCDEF012345\n", "recopiez les 64 caractères"),
        ("role: juriste\nday: null\ndigest: " + "0" * 64 + "\n", "relecture incomplète : il manque day"),
        ("role: juriste\n", "relecture incomplète : il manque day et digest"),
        ("role: juriste\nday: hier\ndigest: ''\n", "review.yaml:2:6: « hier » n'est pas une date"),
        ("rôle: juriste\n", "champ inconnu « rôle »"),
    ],
)
def test_what_is_not_a_review_is_a_fault_at_its_place(files, text, said):
    with pytest.raises(InvalidKnowledge) as caught:
        compiled(files, text)

    assert said in str(caught.value)


def test_a_review_to_come_is_a_fault(files):
    text = f"role: juriste\nday: 2026-11-24\ndigest: {'0' * 64}\n"

    with pytest.raises(InvalidKnowledge, match="date de relecture à venir : 24/11/2026"):
        compiled(files, text, datetime.date(2026, 11, 23))


def test_only_the_digest_of_this_very_base_makes_it_reviewed(files):
    signed = "role: juriste\nday: 2026-11-23\ndigest: {}\n"

    assert Base(compiled(files, signed.format(digest_of(files)))).reviewed
    assert not Base(compiled(files, signed.format("0" * 64))).reviewed
