"""Lists and searches: right, and as quick in a box of 10,000 messages as a screen needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from bot.sandbox.store import deliveries, folders, listing, worlds
from tests.sandbox_store.full_box import fill
from tests.sandbox_store.scene import ALIX, CLAIRE, HUGO, INES, NOBODY


def subjects(scene: Any, **how: Any) -> list[str]:
    return [line.subject for line in scene.lines(HUGO, **how)]


def test_a_search_puts_accents_case_and_elisions_aside(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, subject="Résultat d’hémoglobine", text="Bilan de l’été")
    scene.send(INES, HUGO, subject="Plaie")

    for query in (
        "hemoglobine",
        "HÉMOGLOBINE",
        "resultat",
        "hemo",
        "bilan ete",
        "été",
        "claire durand",
        "durand hemog",
    ):
        assert subjects(scene, search=query) == ["Résultat d’hémoglobine"], query
    for query in ("globine", "hemoglobine plaie", "absent"):
        assert subjects(scene, search=query) == [], query
    assert len(subjects(scene, search="")) == 2


def test_a_file_is_found_by_its_name(scene: Any) -> None:
    from bot.sandbox.post.documents import File

    scene.send(CLAIRE, HUGO, subject="Un", files=(File("Compte-rendu éCG.pdf", b"%PDF"),))
    assert subjects(scene, search="ecg") == ["Un"]
    assert scene.lines(HUGO)[0].attachments == 1


@pytest.mark.parametrize(
    "query", ['"', "' OR 1=1 --", "*", "NEAR(a b)", "words:x", "a AND", "(", "-", "é" * 600, "\0", "%", "_"]
)
def test_no_query_breaks_the_search(scene: Any, query: str) -> None:
    scene.send(CLAIRE, HUGO)
    assert subjects(scene, search=query) == []


@given(query=st.text(max_size=30))
def test_the_index_and_like_give_the_same_answers(query: str, searched: Any) -> None:
    with searched.reading(1) as session:
        by_index = listing.matching(session, 1, query)
        if by_index is None:
            return
        found = set(session.scalars(by_index))
        listing._has_index.cache_clear()
        original = listing._has_index
        listing._has_index = lambda _: False  # type: ignore[assignment]
        try:
            assert set(session.scalars(listing.matching(session, 1, query))) == found
        finally:
            listing._has_index = original


@pytest.fixture(scope="module")
def searched(template: Any, tmp_path_factory: Any, rulebook: Any, fixtures: Any) -> Any:
    import shutil

    from bot.sandbox.post.post_office import PostOffice
    from bot.sandbox.store.database import Store
    from tests.sandbox_store.conftest import Clock
    from tests.sandbox_store.scene import Scene

    path = shutil.copy(template, tmp_path_factory.mktemp("searched") / "sandbox.sqlite3")
    store = Store(f"sqlite:///{path}")
    scene = Scene(store, PostOffice(rulebook, fixtures, Clock()), 1)
    for word in ("a", "été", "À la une", "x_1", "100 %", "l’os"):
        scene.send(CLAIRE, HUGO, subject=word, text=f"{word} {word[::-1]}")
    yield store
    store.close()


def test_a_list_is_sorted_each_way(scene: Any, clock: Any) -> None:
    for who, subject in ((CLAIRE, "Béta"), (INES, "alpha"), (CLAIRE, "Re: Alpha bis")):
        scene.send(who, HUGO, subject=subject)
        clock.forward(minutes=1)
    assert subjects(scene) == ["Re: Alpha bis", "alpha", "Béta"]
    assert subjects(scene, descending=False) == ["Béta", "alpha", "Re: Alpha bis"]
    assert subjects(scene, sort="subject", descending=False) == ["alpha", "Re: Alpha bis", "Béta"]
    assert subjects(scene, sort="sender", descending=False)[-1] == "alpha"


def test_a_box_is_searched_in_both_trees(scene: Any) -> None:
    scene.send(CLAIRE, HUGO, subject="Coquelicot professionnel")
    scene.send(CLAIRE, ALIX, subject="Coquelicot patient")
    scene.send(CLAIRE, NOBODY, subject="Coquelicot perdu")
    with scene.store.reading(1) as session:
        lines, total = listing.page_of_box(session, worlds.box_of(session, 1, CLAIRE), search="coquelicot")
    assert total == len(lines) == 4
    assert "Undelivered Mail Returned to Sender" in [line.subject for line in lines]


LOOKS: dict[str, dict[str, Any]] = {
    "the first page": {},
    "the last page": {"start": 9_950},
    "only the unread": {"unread_only": True},
    "a rare word": {"search": "numero4242"},
    "a common word": {"search": "texte"},
    "two words": {"search": "avis ordonnance"},
    "the beginning of a word": {"search": "hemo"},
    "sorted by subject": {"sort": "subject"},
    "sorted by sender": {"sort": "sender"},
}
SORTED_BY_HAND = ("sorted by subject", "sorted by sender")
"""What is sorted by lies in the message, not in the folder: SQLite sorts the ten thousand short rows of the folder."""


@pytest.fixture(scope="module")
def full_box(template: Any, tmp_path_factory: Any) -> Any:
    """An inbox of ten thousand messages."""
    import shutil

    from bot.sandbox.store.database import Store

    store = Store(f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('full') / 'sandbox.sqlite3')}")
    assert fill(store, HUGO, 10_000) == 10_000
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    yield store
    store.close()


def plans(session: Any, look: Callable[[], Any]) -> list[str]:
    """How SQLite goes about each statement of a look, by EXPLAIN QUERY PLAN."""
    asked: list[tuple[str, Any]] = []
    connection = session.connection()

    def kept(_c: Any, _k: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", kept)
    look()
    event.remove(connection, "before_cursor_execute", kept)
    steps = []
    for statement, parameters in asked:
        if statement.startswith("SELECT"):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps += [row[3] for row in rows]
    return steps


@pytest.mark.parametrize("name", LOOKS)
def test_no_look_at_a_full_box_reads_a_whole_table(full_box: Any, name: str) -> None:
    with full_box.reading(1) as session:
        inbox = inbox_of(session)
        steps = plans(session, lambda: listing.page(session, inbox, **LOOKS[name]))
    assert steps
    assert [step for step in steps if step.startswith("SCAN") and "VIRTUAL TABLE INDEX" not in step] == []
    sorts = [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step or "TEMP B-TREE FOR LAST" in step]
    assert (sorts != []) == (name in SORTED_BY_HAND), steps


def test_the_first_page_is_read_in_the_order_of_an_index(full_box: Any) -> None:
    with full_box.reading(1) as session:
        inbox = inbox_of(session)
        steps = plans(session, lambda: listing.page(session, inbox))
    assert any("ix_delivery_folder_id_internal_date_id" in step for step in steps), steps


def test_the_counts_of_a_box_are_read_in_an_index(full_box: Any) -> None:
    with full_box.reading(1) as session:
        box = worlds.box_of(session, 1, HUGO)
        steps = plans(session, lambda: deliveries.count_unread(session, box))
    assert any("ix_delivery_folder_id_seen" in step and "COVERING" in step for step in steps), steps
    assert not any(step.startswith("SCAN") for step in steps), steps


def test_the_whole_box_is_searched_by_the_index_of_words(full_box: Any) -> None:
    with full_box.reading(1) as session:
        box = worlds.box_of(session, 1, HUGO)
        steps = plans(session, lambda: listing.page_of_box(session, box, search="numero77 avis"))
    assert any("message_search" in step and "VIRTUAL TABLE INDEX" in step for step in steps), steps
    assert not any(step.startswith("SCAN") and "VIRTUAL" not in step for step in steps), steps


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_asks_as_much_of_a_full_box_as_of_an_empty_one(full_box: Any, name: str) -> None:
    """Two statements: the lines and their number, however many they are."""
    with full_box.reading(1) as session:
        inbox = inbox_of(session)
        asked: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda _c, _k, s, *_: asked.append(s))
        listing.page(session, inbox, **LOOKS[name])
    assert len([statement for statement in asked if "delivery" in statement]) == 2


def test_ten_thousand_are_found_and_counted(full_box: Any) -> None:
    with full_box.reading(1) as session:
        inbox = inbox_of(session)
        lines, total = listing.page(session, inbox, search="numero4242")
        assert (len(lines), total) == (1, 1)
        assert listing.page(session, inbox, search="texte")[1] == 10_000


def inbox_of(session: Any) -> Any:
    return folders.special_folder(session, worlds.box_of(session, 1, HUGO), "inbox")
