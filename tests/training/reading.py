"""Read the pages of a class as its people do: cells of the grid, steps, links."""

from __future__ import annotations

import re
from typing import Any

TRAINING = "/bac-a-sable/formation"
EXERCISES = (
    "ordonnance-a-la-pharmacie",
    "rejet-compris-et-corrige",
    "boite-partagee-sous-son-nom",
    "echange-avec-un-patient",
    "adresse-personnelle-refusee",
)


def grid_of(trainer: Any) -> dict[str, list[str]]:
    """pseudonym → what each cell of the trainer's grid says, step by step."""
    text = trainer.get(f"{TRAINING}/tableau/grille").text
    rows = re.findall(r'<th scope="row">([^<]+?) *<span.*?</th>(.*?)</tr>', text, re.DOTALL)
    return {name: [_word(cell) for cell in re.findall(r"<td[^>]*>.*?</td>", cells)[:-1]] for name, cells in rows}


def part_of(trainer: Any, pseudonym: str) -> str:
    """The personas this trainee plays, as the grid names them."""
    text = trainer.get(f"{TRAINING}/tableau/grille").text
    found = re.search(rf'<th scope="row">{re.escape(pseudonym)} <span class="help">([^<]+)</span>', text)
    assert found, pseudonym
    return found[1]


def steps_of(trainee: Any) -> str:
    """How many steps the trainee's own page counts as proved."""
    found = re.search(r'data-says="(\d+)"', trainee.get(f"{TRAINING}/exercices").text)
    assert found
    return found[1]


def number_of(trainer: Any, pseudonym: str) -> str:
    """The value that stands for this trainee in the trainer's forms."""
    text = trainer.get(f"{TRAINING}/tableau").text
    found = re.search(rf'<option value="(\d+)">{re.escape(pseudonym)}</option>', text)
    assert found, pseudonym
    return found[1]


def _word(cell: str) -> str:
    return next(word for word in ("fait", "en cours", "pas encore") if word in cell)
