"""The compiled tree, without a browser: complete, safe to embed, each text once, small."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eligibility.browser import tree, tree_script
from knowledge.naming import fold, forms_of
from knowledge.pages import page_of

SCRIPT = Path(__file__).resolve().parents[2] / "site" / "docs" / "assets" / "eligibilite.js"
LIMIT = 60_000


@pytest.fixture(scope="module")
def compiled(base) -> dict[str, Any]:
    return json.loads(json.dumps(tree(base)))


def rows_of(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Entries as the page reads them: 0 says nothing, an id may come from the label."""
    entries = [{k: v[i] for k, v in columns.items() if v[i] != 0} for i in range(len(columns["label"]))]
    return [{"id": fold(e["label"]).replace(" ", "-"), **e} for e in entries]


def test_the_script_sets_one_global_and_closes_no_tag(base):
    script = tree_script(base)

    assert script.startswith("window.MSSANTE_TREE = {")
    assert script.endswith("};\n")
    assert "<" not in script
    assert not set("\u2028\u2029") & set(script)
    assert json.loads(script.removeprefix("window.MSSANTE_TREE = ").removesuffix(";\n"))["digest"] == base.digest


def test_the_same_base_gives_the_same_script(base):
    assert tree_script(base) == tree_script(base)


def test_the_script_and_the_tree_weigh_less_than_sixty_kilobytes(base):
    sizes = [len(gzip.compress(data, 9)) for data in (tree_script(base).encode(), SCRIPT.read_bytes())]

    assert sum(sizes) <= LIMIT, f"tree and script: {sizes} bytes compressed"


@pytest.mark.parametrize("section", ["professions", "structures", "vague"])
def test_every_entry_is_there_under_all_its_folded_names(base, compiled, section):
    found = rows_of(compiled[section])
    entries = list(base.section(section).values())

    assert len(found) == len(entries)
    for got, entry in zip(found, entries, strict=True):
        assert got["label"] == entry.label
        names = {fold(got["label"]), *got.get("names", "").split("|")} - {""}
        if section != "vague":
            assert got["id"] == entry.id
            names.add(fold(entry.id))
        assert names == set(forms_of(entry))


def test_a_vague_term_offers_its_professions(base, compiled):
    professions = list(base.professions)
    for got, term in zip(rows_of(compiled["vague"]), base.section("vague").values(), strict=True):
        assert [professions[i] for i in got["choices"]] == list(term.choices)
        assert got["question"] == term.question


def test_no_reachable_verdict_is_missing(compiled):
    tables = compiled["tables"]

    assert all(number is not None for numbers in tables["solo"].values() for number in numbers)
    assert set(tables["duo"]) == {"", *tables["solo"]}
    assert all(cell is not None for cells in tables["duo"].values() for cell in cells)
    assert all(cell is not None for cells in tables["boxes"] for cell in [cells])


def test_every_number_points_to_something(compiled):
    tables = compiled["tables"]
    finals, reasons = len(tables["finals"]), len(compiled["reasons"])

    def flat(value):
        return [n for item in value for n in flat(item)] if isinstance(value, list) else [value]

    numbers = flat([*tables["solo"].values(), *tables["duo"].values()])
    assert max(numbers) == finals - 1
    for _cell, _sway, _ask, *why in (*tables["points"], *tables["structure_points"]):
        assert all(n < reasons for n in why)
    for structure in tables["structure"]:
        assert all(n < len(tables["structure_points"]) for n in flat(structure["points"]))


def test_every_long_text_is_written_once(compiled):
    texts = [reason[0] for reason in compiled["reasons"]]
    # The same sentence may rest on different texts; a row's reason may not.
    because = [text for text in texts if "{p}" not in text and "{e}" not in text]
    assert len(because) == len(set(because))


def test_every_profession_and_structure_is_named_by_a_placeholder_only(base, compiled):
    labels = {p.label for p in base.professions.values() if len(p.label) > 12}
    for text, *_ in compiled["reasons"]:
        head = text.partition(" : ")[0]
        assert head.lower() not in {label.lower() for label in labels}


def test_a_basis_leads_to_the_page_of_its_article(base, compiled):
    for ref, shown in compiled["basis"].items():
        assert shown["label"] == base.basis_label(ref)
        assert shown["page"].startswith(page_of(f"articles/{ref.partition('/')[0]}"))


def test_every_source_has_a_title_and_the_day_it_was_checked(base, compiled):
    used = {source for source, _ in compiled["cites"]}
    assert used == set(range(len(compiled["sources"])))
    for shown in compiled["sources"]:
        source = base.source(shown["id"])
        assert (shown["title"], shown["checked"]) == (source.title, source.checked_on.isoformat())


def test_the_state_of_the_base_and_its_warning_are_said(base, compiled):
    assert compiled["digest"] == base.digest
    assert compiled["as_of"] == base.as_of.isoformat()
    assert base.digest[:12] in compiled["footer"]["state"]
    expected = "relue par" if base.reviewed else "Version de travail"
    assert expected in compiled["footer"]["review"]


def test_every_shared_sentence_is_the_base_s(base, compiled):
    for name, text in compiled["wording"].items():
        assert text == base.wording(name)
    for name, fact in compiled["facts"].items():
        assert fact["question"] == base.section("facts")[name].question


def test_the_page_s_script_computes_no_rule_and_writes_no_html():
    script = SCRIPT.read_text(encoding="utf-8")

    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "XMLHttpRequest"):
        assert word not in script, word
    for value in ("PS4", "R2_TITLE", "STAFF", "TRAINEE", "EDGE", "CARE_OR_ESSMS", "P07", "S08", "check_rpps"):
        assert value not in script, f"« {value} » is a rule's, not the page's"
