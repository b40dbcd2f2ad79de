"""Folders and deliveries: UIDs, flags, moving, the bin; and drafts, which every client sees."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from bot.sandbox.post.appending import append
from bot.sandbox.post.documents import File
from bot.sandbox.post.drafts import add_file, files_of, find_draft, letter_of, save_draft, send_draft, take_file
from bot.sandbox.post.letters import Letter
from bot.sandbox.post.mailroom import raw_of
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.post.senders import Sender
from bot.sandbox.store import deliveries, folders, worlds
from bot.sandbox.store.boxes import Folder
from bot.sandbox.store.mail import Delivery, Draft, DraftFile, Message, Source
from bot.sandbox.store.numbers import RealNumber
from bot.sandbox.store.people import World
from tests.sandbox_store.scene import CLAIRE, HUGO, JULIE, wire

NOW = datetime.datetime(2026, 11, 23, 10, 0, tzinfo=datetime.UTC)


class Boxed:
    """The box of Claire in a writing session."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.box = worlds.box_of(session, 1, CLAIRE)
        self.inbox = folders.special_folder(session, self.box, "inbox")

    def fill(self, count: int = 3, folder: Folder | None = None) -> list[Delivery]:
        for i in range(count):
            append(self.session, folder or self.inbox, wire(f"Message {i}"), (), NOW)
        return self.of(folder or self.inbox)

    def of(self, folder: Folder) -> list[Delivery]:
        found = select(Delivery).where(Delivery.folder_id == folder.id).order_by(Delivery.uid)
        return list(self.session.scalars(found))

    def uids(self, folder: Folder) -> list[int]:
        return [delivery.uid for delivery in self.of(folder)]


@pytest.fixture
def claire(scene: Any) -> Any:
    with scene.store.writing(1) as session:
        yield Boxed(session)


ACTS = st.lists(st.sampled_from(["put", "put", "put", "move", "back", "expunge", "trash", "copy"]), max_size=25)


@given(acts=ACTS)
def test_a_uid_is_never_given_twice(acts: list[str], shared_store: Any) -> None:
    with shared_store.writing(1) as session:
        claire = Boxed(session)
        other = folders.folder_named(session, claire.box, "Suivi") or folders.create_folder(
            session, claire.box, "Suivi"
        )
        given_out: dict[int, list[int]] = {}

        def seen() -> None:
            for folder in (claire.inbox, other):
                for uid in claire.uids(folder):
                    known = given_out.setdefault(folder.id, [])
                    if uid not in known:
                        assert uid > max(known, default=0)
                        known.append(uid)

        for act in acts:
            here, there = claire.of(claire.inbox), claire.of(other)
            if act == "put":
                claire.fill(1)
            elif act == "move":
                deliveries.move(session, here[-1:], other)
            elif act == "back":
                deliveries.move(session, there[:1], claire.inbox)
            elif act == "copy":
                deliveries.copy(session, here[:1], claire.inbox)
            elif act == "trash":
                deliveries.throw_away(session, here[-1:])
            else:
                deliveries.expunge(session, claire.inbox, [d.uid for d in here[-2:]])
            seen()
        session.refresh(claire.inbox)
        assert claire.inbox.uidnext > max(given_out.get(claire.inbox.id, [0]), default=0)


@pytest.fixture(scope="module")
def shared_store(template: Any, tmp_path_factory: Any) -> Any:
    """One database for all the examples of a property."""
    import shutil

    from bot.sandbox.store.database import Store

    store = Store(f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('shared') / 'sandbox.sqlite3')}")
    yield store
    store.close()


def test_a_folder_made_again_under_the_same_name_is_another(claire: Any) -> None:
    first = folders.create_folder(claire.session, claire.box, "Suivi").uidvalidity
    folders.delete_folder(claire.session, folders.folder_named(claire.session, claire.box, "Suivi"))
    assert folders.create_folder(claire.session, claire.box, "Suivi").uidvalidity > first


def test_marks_are_kept_and_seen_by_others(claire: Any) -> None:
    one, two, _ = claire.fill()
    before = claire.inbox.highest_modseq
    deliveries.change_flags(claire.session, [one, two], NOW, add=("\\Seen", "\\Flagged", "$Important", "\\Recent"))
    deliveries.change_flags(claire.session, [two], NOW, drop=("\\Flagged",))

    assert deliveries.flags_of(one) == {"\\Seen", "\\Flagged", "$Important"}
    assert deliveries.flags_of(two) == {"\\Seen", "$Important"}
    claire.session.refresh(claire.inbox)
    assert before < one.modseq < two.modseq <= claire.inbox.highest_modseq


def test_a_mark_already_there_changes_nothing(claire: Any) -> None:
    (one, *_) = claire.fill()
    deliveries.change_flags(claire.session, [one], NOW, add=("\\Seen",))
    modseq = one.modseq
    deliveries.change_flags(claire.session, [one], NOW, add=("\\Seen",), drop=("\\Flagged",))
    assert one.modseq == modseq


def test_the_bin_gives_back_what_it_took(claire: Any) -> None:
    own = folders.create_folder(claire.session, claire.box, "Suivi/Diabète")
    (one,) = claire.fill(1, own)
    assert deliveries.throw_away(claire.session, [one]) == 0
    assert claire.of(own) == []
    deliveries.restore(claire.session, [one])
    assert claire.of(own) == [one]


def test_what_came_from_a_folder_since_deleted_comes_back_to_the_inbox(claire: Any) -> None:
    own = folders.create_folder(claire.session, claire.box, "Suivi")
    (one,) = claire.fill(1, own)
    deliveries.throw_away(claire.session, [one])
    folders.delete_folder(claire.session, own)
    claire.session.expire_all()
    deliveries.restore(claire.session, [one])
    assert claire.of(claire.inbox) == [one]


def test_thrown_from_the_bin_is_gone(claire: Any) -> None:
    (one,) = claire.fill(1)
    deliveries.throw_away(claire.session, [one])
    assert deliveries.throw_away(claire.session, [one]) == 1
    assert claire.session.scalars(select(Delivery)).all() == []


def test_only_what_is_marked_deleted_is_expunged(claire: Any) -> None:
    one, _, three = claire.fill()
    deliveries.change_flags(claire.session, [one, three], NOW, add=("\\Deleted",))
    assert deliveries.expunge(claire.session, claire.inbox) == 2
    assert claire.uids(claire.inbox) == [2]


def test_the_first_to_look_sees_what_is_recent(claire: Any) -> None:
    claire.fill(2)
    claire.session.refresh(claire.inbox)
    assert deliveries.first_uids(claire.session, claire.inbox) == (1, 3)
    assert deliveries.first_uids(claire.session, claire.inbox) == (3, 3)


def test_unread_are_counted_by_folder(claire: Any) -> None:
    one, *_ = claire.fill()
    deliveries.change_flags(claire.session, [one], NOW, add=("\\Seen",))
    assert deliveries.count_unread(claire.session, claire.box) == {claire.inbox.id: (3, 2)}


@pytest.mark.parametrize(
    "name", ["", " Suivi", "Suivi/", "/Suivi", "a//b", "a\nb", "a*b", "a%b", "x" * 300, "a/b/c/d/e/f/g"]
)
def test_a_folder_name_that_a_client_could_not_show_is_refused(claire: Any, name: str) -> None:
    with pytest.raises(folders.FolderRefused):
        folders.create_folder(claire.session, claire.box, name)


def test_the_folders_of_the_service_stay(claire: Any) -> None:
    for folder in folders.folders_of(claire.session, claire.box):
        with pytest.raises(folders.FolderRefused):
            folders.delete_folder(claire.session, folder)
        with pytest.raises(folders.FolderRefused):
            folders.rename_folder(claire.session, folder, "Autre")


def test_a_folder_is_renamed_with_those_below(claire: Any) -> None:
    inner = folders.create_folder(claire.session, claire.box, "Suivi/Diabète")
    folders.rename_folder(claire.session, folders.folder_named(claire.session, claire.box, "Suivi"), "Patients suivis")
    claire.session.flush()
    assert inner.name == "Patients suivis/Diabète"
    with pytest.raises(folders.FolderRefused, match="arbre"):
        folders.rename_folder(claire.session, inner, "Patients/Diabète")
    assert folders.create_folder(claire.session, claire.box, "Patients/Diabète").tree == "patient"


def asked_of(session: Any) -> list[str]:
    """Every statement from now on."""
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    return asked


@pytest.mark.parametrize("act", [deliveries.copy, deliveries.move], ids=["copy", "move"])
def test_many_messages_go_together(claire: Any, act: Any) -> None:
    own = folders.create_folder(claire.session, claire.box, "Suivi")
    few = claire.fill(40)
    asked = asked_of(claire.session)
    placed = act(claire.session, few, own)

    assert [one.uid for one in placed] == list(range(1, 41))
    assert [d.message_id for d in claire.of(own)] == [d.message_id for d in few]
    assert len(asked) < 10, "a statement per message would hold everyone else up"


def test_a_message_bears_a_bounded_number_of_keywords_and_the_standard_ones_first(claire: Any) -> None:
    (one,) = claire.fill(1)
    deliveries.change_flags(claire.session, [one], NOW, add=[f"mot-{i}-{'x' * 50}" for i in range(40)])
    deliveries.change_flags(claire.session, [one], NOW, add=["$Forwarded", "$Label1"])
    assert {"$Forwarded", "$Label1"} <= one.keywords
    assert len(" ".join(one.keywords)) <= 498
    deliveries.change_flags(claire.session, [one], NOW, drop=["$Forwarded"])
    assert "$Forwarded" not in one.keywords


def test_more_messages_than_a_statement_takes_are_expunged(claire: Any) -> None:
    claire.fill(3)
    assert deliveries.expunge(claire.session, claire.inbox, range(1, 70_000)) == 3
    assert claire.of(claire.inbox) == []


# Filing by a client


def test_what_a_client_files_is_given_back_to_the_byte(claire: Any) -> None:
    raw = wire("Objet", "Texte é")
    placed = append(claire.session, claire.inbox, raw, ("\\Seen",), NOW)
    delivery = claire.session.get_one(Delivery, placed.delivery_id)
    assert raw_of(claire.session, claire.session.get_one(Message, delivery.message_id)) == raw
    assert delivery.seen


def test_a_client_files_no_real_number(claire: Any) -> None:
    with pytest.raises(RealNumber):
        append(claire.session, claire.inbox, wire(text="185057800608436"), (), NOW)
    assert claire.session.scalars(select(Source)).all() == []


# Drafts


def test_a_draft_saves_itself_and_is_seen_by_every_client(scene: Any) -> None:
    save(scene, Letter(subject="À finir", text="Bon", to=("hugo.leroy@",)))
    save(scene, Letter(subject="À finir", text="Bonjour", to=("hugo.leroy@", HUGO)))

    (line,) = scene.lines(CLAIRE, "drafts")
    assert (line.subject, line.uid, line.kind) == ("À finir", 2, "draft")
    assert (scene.count(Draft), scene.count(Message), scene.count(Source)) == (1, 1, 1)
    with scene.store.reading(1) as session:
        draft = find_draft(session, 1, worlds.persona_of(session, 1, CLAIRE), "clé")
        assert letter_of(session, draft).to == ("hugo.leroy@", HUGO)
        assert draft.revision == 2


def test_a_draft_unchanged_is_not_made_anew(scene: Any) -> None:
    letter = Letter(subject="À finir", text="Bon")
    save(scene, letter)
    save(scene, letter)
    assert scene.lines(CLAIRE, "drafts")[0].uid == 1


def test_files_are_joined_to_a_draft_and_taken_off(scene: Any) -> None:
    save(scene, Letter(subject="À finir"))
    with scene.store.writing(1) as session:
        draft = find_draft(session, 1, worlds.persona_of(session, 1, CLAIRE), "clé")
        one = add_file(session, draft, File("a.pdf", b"%PDF-1"), NOW)
        add_file(session, draft, File("b.pdf", b"%PDF-2"), NOW)
        take_file(session, draft, one.id, NOW)
        with pytest.raises(Unacceptable):
            add_file(session, draft, File("../../etc/passwd", b""), NOW)
        with pytest.raises(RealNumber):
            add_file(session, draft, File("a.txt", b"185057800608436"), NOW)
        assert [row.name for row in files_of(session, draft)] == ["b.pdf"]
        assert letter_of(session, draft).files == (File("b.pdf", b"%PDF-2", ""),)
    (line,) = scene.lines(CLAIRE, "drafts")
    assert [file.name for file in scene.read(line).files] == ["b.pdf"]


def test_a_draft_with_a_real_number_is_not_kept(scene: Any) -> None:
    with pytest.raises(RealNumber):
        save(scene, Letter(text="185057800608436"))
    assert scene.count(Draft) == 0


def test_a_draft_sent_is_gone_and_a_second_click_sends_nothing(scene: Any) -> None:
    save(scene, Letter(to=(HUGO,), subject="Avis", text="Bonjour"))
    first, again = post(scene), post(scene)

    assert (first.state, again.id) == ("accepted", first.id)
    assert len(scene.lines(HUGO)) == 1
    assert scene.lines(CLAIRE, "drafts") == []
    assert scene.count(DraftFile) == 0


def test_a_draft_refused_stays_and_is_corrected(scene: Any) -> None:
    save(scene, Letter(to=("paul@courriel-perso.example",), subject="Avis", text="Bonjour"))
    assert post(scene).state == "refused"
    save(scene, Letter(to=(HUGO,), subject="Avis", text="Bonjour"))
    assert post(scene).state == "accepted"


def test_the_draft_of_another_is_not_found(scene: Any) -> None:
    save(scene, Letter(subject="À finir"))
    with scene.store.writing(1) as session:
        julie = worlds.persona_of(session, 1, JULIE)
        assert find_draft(session, 1, julie, "clé") is None
        with pytest.raises(LookupError):
            send_draft(session, scene.office, session.get_one(World, 1), Sender(persona_id=julie.id), "clé")


def save(scene: Any, letter: Letter) -> None:
    with scene.store.writing(1) as session:
        persona, box = worlds.persona_of(session, 1, CLAIRE), worlds.box_of(session, 1, CLAIRE)
        save_draft(session, box, persona, "clé", letter, scene.office.clock())


def post(scene: Any) -> Any:
    with scene.store.writing(1) as session:
        persona = worlds.persona_of(session, 1, CLAIRE)
        return send_draft(session, scene.office, session.get_one(World, 1), Sender(persona_id=persona.id), "clé")
