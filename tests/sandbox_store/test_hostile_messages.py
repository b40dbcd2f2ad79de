"""Hostile bytes: a clear refusal in French, or a reading that holds; in bounded time; and the service goes on."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sandbox.post.compose import header_block, person, words
from bot.sandbox.post.documents import File, attachment_of
from bot.sandbox.post.mime import Part, parse, structure_of, tidy
from bot.sandbox.post.reading import Reading, bare_text, envelope_of, read, refuse_hostile_name, safe_name
from bot.sandbox.post.refusals import SHAPES, Unacceptable
from tests.sandbox_store.documents import archive
from tests.sandbox_store.scene import CLAIRE, HUGO, wire

HEAD = f"From: {CLAIRE}\r\nTo: {HUGO}\r\nSubject: x\r\n"


def multipart(*parts: str, boundary: str = "b", kind: str = "mixed", end: bool = True) -> bytes:
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + (f"--{boundary}--\r\n" if end else "")
    return f'{HEAD}MIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{body}'.encode()


def nested(depth: int) -> bytes:
    inner = "Content-Type: text/plain\r\n\r\nfond"
    for i in range(depth):
        inner = f'Content-Type: multipart/mixed; boundary="b{i}"\r\n\r\n--b{i}\r\n{inner}\r\n--b{i}--'
    return f"{HEAD}{inner}\r\n".encode()


REFUSED = {
    "empty": (b"", "en-tetes-mal-formes"),
    "a line without end": (f"{HEAD}\r\n{'a' * 999}\r\n".encode(), "ligne-trop-longue"),
    "a header without end": (f"{HEAD}X-Long: {'a' * 999}\r\n\r\ntexte".encode(), "ligne-trop-longue"),
    "a bare line feed": (f"{HEAD}\r\nun\ndeux\r\n".encode(), "fins-de-ligne-melees"),
    "a bare carriage return": (f"{HEAD}\r\nun\rdeux\r\n".encode(), "fins-de-ligne-melees"),
    "a smuggled end of data": (f"{HEAD}\r\nun\n.\nMAIL FROM:<x@y>\r\n".encode(), "fins-de-ligne-melees"),
    "a null byte": (f"{HEAD}\r\nun\0deux\r\n".encode(), "fins-de-ligne-melees"),
    "a header without a name": (f"{HEAD}: valeur\r\n\r\ntexte".encode(), "en-tetes-mal-formes"),
    "a header without a colon": (f"{HEAD}n’importe quoi\r\n\r\ntexte".encode(), "en-tetes-mal-formes"),
    "a continuation of nothing": (b" suite\r\n" + wire(), "en-tetes-mal-formes"),
    "three hundred and one headers": (b"X-A: 1\r\n" * 301 + wire(), "en-tetes-mal-formes"),
    "headers without end": ((b"X-A: " + b"a" * 900 + b"\r\n") * 290 + wire(), "en-tetes-mal-formes"),
    "a boundary never given": (f"{HEAD}Content-Type: multipart/mixed\r\n\r\ntexte".encode(), "mime-mal-forme"),
    "a boundary never used": (
        f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\ntexte".encode(),
        "mime-mal-forme",
    ),
    "thirteen nested parts": (nested(13), "trop-de-parties"),
    "a thousand nested parts": (nested(1_000), "trop-de-parties"),
    "three hundred parts": (multipart(*["\r\nx"] * 300), "trop-de-parties"),
    "a parameter without end": (
        f'{HEAD}Content-Type: text/plain; a="{";" * 900}\r\n {";" * 900}\r\n {";" * 900}"\r\n\r\nx'.encode(),
        "en-tetes-mal-formes",
    ),
    "eighty million bytes": (wire() + b"a\r\n" * 27_000_000, "message-trop-gros"),
}


@pytest.mark.parametrize("case", REFUSED, ids=list(REFUSED))
def test_a_form_no_honest_mail_has_is_refused_in_french(case: str) -> None:
    raw, rule = REFUSED[case]
    with pytest.raises(Unacceptable) as refused:
        read(raw)
    assert refused.value.shape.rule == rule
    assert refused.value.smtp_reply.isascii()


def test_each_refusal_tells_what_to_do() -> None:
    for shape in SHAPES.values():
        assert shape.message.endswith((".", ")"))
        assert len(shape.message) > 60


@pytest.mark.parametrize("case", [name for name in REFUSED if name != "eighty million bytes"])
def test_the_service_goes_on_after_a_refusal(scene: Any, case: str) -> None:
    raw, rule = REFUSED[case]
    sent = scene.submit_raw(raw)

    assert (sent.state, sent.result["findings"][0]["rule"]) == ("refused", rule)
    assert scene.lines(HUGO) == []
    assert scene.submit_raw(wire()).state == "accepted"


INJECTIONS = [
    {"subject": "Avis\r\nBcc: espion@x.fr"},
    {"subject": "Avis\nX-MSS-MES: FIN"},
    {"subject": "Avis\r\n\r\n<script>"},
    {"to": (f"{HUGO}\r\nBcc: espion@x.fr",)},
    {"to": (f"Hugo\r\nX: y <{HUGO}>",)},
    {"cc": (f"{HUGO}\x00",)},
    {"reply_to": f"{CLAIRE}\r\nFrom: x@y.fr"},
    {"in_reply_to": "<a@b>\r\nBcc: espion@x.fr"},
    {"references": ("<a@b>\nBcc: x@y",)},
    {"subject": "Avis\u2028Bcc: x@y"},
]


@pytest.mark.parametrize("form", INJECTIONS, ids=range(len(INJECTIONS)))
def test_no_field_adds_a_header(scene: Any, form: dict[str, Any]) -> None:
    sent = scene.send(CLAIRE, **{"to": (HUGO,), **form})
    assert (sent.state, sent.result["findings"][0]["rule"]) == ("refused", "en-tete-injecte")
    assert "ligne" in sent.result["findings"][0]["message"]


def test_an_injected_name_in_quotes_stays_a_name(scene: Any) -> None:
    scene.send(CLAIRE, f'"Hugo, Bcc: x@y.fr" <{HUGO}>')
    reading = scene.read(scene.lines(HUGO)[0])
    assert reading.header("Bcc") is None
    assert [name.address for name in reading.names("To")] == [HUGO]


def test_ten_thousand_recipients_are_refused_at_once(scene: Any) -> None:
    crowd = tuple(f"a{i}@ch-abcd.mssante.fr" for i in range(10_000))
    start = time.process_time()
    by_form, by_wire = scene.send(CLAIRE, *crowd), scene.submit_raw(wire(), *crowd)
    assert time.process_time() - start < 1
    for sent in (by_form, by_wire):
        assert (sent.state, sent.result["findings"][0]["rule"]) == ("refused", "trop-de-destinataires")
    assert by_wire.smtp_reply == "452 4.5.3 trop-de-destinataires"


def bomb(size: int, entries: int = 1) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for i in range(entries):
            target.writestr(f"{i}.xml", b"\0" * size)
    return made.getvalue()


BOMBS = {
    "one that unfolds": lambda: bomb(40_000_000),
    "many that unfold": lambda: bomb(5_000_000, 10),
    "too many files": lambda: archive({f"{i}.txt": "x" for i in range(2_001)}),
    "a path that climbs": lambda: archive({"../../etc/passwd": "x"}),
    "a path from the root": lambda: archive({"/etc/passwd": "x"}),
    "a windows path": lambda: archive({"..\\..\\x": "x"}),
}


@pytest.mark.parametrize("name", BOMBS, ids=list(BOMBS))
def test_an_archive_that_is_a_trap_is_refused_and_never_unfolded(scene: Any, name: str) -> None:
    content = BOMBS[name]()
    start = time.process_time()
    sent = scene.send(CLAIRE, files=(File("images.zip", content),))
    assert time.process_time() - start < 2
    assert (sent.state, sent.result["findings"][0]["rule"]) == ("refused", "archive-piegee")


def test_an_archive_that_lies_about_its_sizes_is_read_to_a_limit() -> None:
    content = bytearray(bomb(30_000_000).replace((30_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    start = time.process_time()
    attachment_of(File("a.zip", bytes(content)))
    assert time.process_time() - start < 1


@given(st.binary(max_size=400))
def test_an_archive_cut_anywhere_is_just_a_file(noise: bytes) -> None:
    whole = archive({"IHE_XDM/SUBSET01/METADATA.XML": "<a/>", "x.xml": "<ClinicalDocument/>"})
    for content in (whole[: len(noise)], whole[:-20] + noise, noise + whole, b"PK\x03\x04" + noise):
        with contextlib.suppress(Unacceptable):
            attachment_of(File("IHE_XDM.zip", content))


NAMES = [
    "../../etc/passwd",
    "a/b.pdf",
    "C:\\x.pdf",
    "cr\u202efdp.exe",
    "a\nb.pdf",
    "a\0b",
    "..",
    "a" * 300,
    "\u200bcr.pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_that_lies_is_refused(scene: Any, name: str) -> None:
    sent = scene.send(CLAIRE, files=(File(name, b"%PDF"),))
    assert (sent.state, sent.result["findings"][0]["rule"]) == ("refused", "nom-de-fichier-piege")


@given(st.text(max_size=300))
def test_a_name_shown_is_never_a_path(name: str) -> None:
    shown = safe_name(name)
    assert shown
    assert len(shown) <= 125
    assert not set(shown) & set('/\\:*?"<>|\r\n\0')
    refuse_hostile_name(shown)


# Properties of the reading

TOKENS = st.sampled_from(
    [
        "Content-Type: ", "multipart/mixed", "multipart/report", "text/html", "text/plain", "message/rfc822", "; boundary=",
        '"b"', "b", "--b", "--b--", "\r\n", "\r\n\r\n", "\r\n ", "charset=", "utf-8", "punycode", "rot13", "x-unknown",
        "Content-Transfer-Encoding: ", "base64", "quoted-printable", "=?utf-8?b?", "=?utf-8?q?", "?=", "é", "=", "(((", '"',
        "\\", "<", ">", "@", ",", "From: ", "To: ", "Subject: ", "Date: ", "filename*=utf-8''", "%00", "%", "filename*0=",
        "Content-Disposition: attachment; ", "Disposition-Notification-To: ", "Message-ID: ", "References: ", "<a@b>", "A" * 60,
    ]
)  # fmt: skip
PIECES = st.lists(TOKENS | st.text(max_size=12), max_size=60).map("".join)


def holds(raw: bytes) -> None:
    """Whatever is read is coherent, and every property answers."""
    try:
        reading = read(raw)
    except Unacceptable:
        return
    answers(reading)
    within(reading.root, (0, len(reading.raw)))


def answers(reading: Reading) -> None:
    assert isinstance(reading.subject, str)
    assert reading.date is None or reading.date.tzinfo is not None
    assert "\0" not in reading.text
    assert reading.words.startswith(" ")
    assert len(reading.preview) <= 160
    assert reading.body_format in ("text", "html_only", "alternative")
    assert all(isinstance(file.content, bytes) for file in reading.files)
    assert len(envelope_of(reading.root)) == 10
    assert structure_of(reading.root)["type"]
    for prop in ("sender", "message_id", "answered_ids", "urgent", "is_automatic", "report_type", "html"):
        getattr(reading, prop)
    reading.holds_real_number()


def within(part: Part, bounds: tuple[int, int]) -> None:
    assert bounds[0] <= part.head[0] <= part.head[1] == part.body[0] <= part.body[1] <= bounds[1]
    last = part.body[0]
    for inner in part.parts:
        assert inner.head[0] >= last
        within(inner, part.body)
        last = inner.body[1]


@given(st.binary(max_size=600))
@example(b"\r\n")
@example(b"\n")
@example(b"a: b\r\n--\r\n")
def test_any_bytes_are_refused_or_read(raw: bytes) -> None:
    holds(raw)


@given(PIECES)
@example("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b--")
@example('Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b')
@example("From: ((((((((((((((((((((\r\n\r\n")
@example("Content-Type: text/plain; charset=punycode\r\n\r\nabc-")
@example("Subject: =?utf-8?b?A?=\r\n\r\n")
@example("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nA")
def test_any_pieces_of_mime_are_refused_or_read(text: str) -> None:
    holds(text.encode("utf-8", "replace"))


@given(st.data())
def test_a_good_message_bitten_anywhere_is_refused_or_read(data: Any) -> None:
    good = multipart(
        "Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour",
        "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+Qm9uam91cjwvcD4=",
        'Content-Disposition: attachment; filename="a.pdf"\r\n\r\n%PDF',
        f"Content-Type: message/rfc822\r\n\r\n{HEAD}\r\ndedans",
    )
    place = data.draw(st.integers(0, len(good)))
    holds(good[:place] + data.draw(st.binary(max_size=30)) + good[place + data.draw(st.integers(0, 40)) :])


@given(st.text(max_size=200), st.text(max_size=60))
def test_what_is_composed_is_read_back(text: str, subject: str) -> None:
    import datetime

    from bot.sandbox.post.compose import compose, new_message_id
    from bot.sandbox.post.letters import Letter, refuse_form

    letter = Letter(to=(HUGO,), subject=subject, text=text, files=(File("é.txt", text.encode("utf-8", "replace")),))
    try:
        refuse_form(letter)
        text.encode()
        subject.encode()
    except (Unacceptable, UnicodeEncodeError):
        return
    at = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
    reading = read(compose(letter, "Hélène, d’Été", CLAIRE, at, new_message_id("x.fr")))

    shown = "".join(char for char in subject if char.isprintable())
    assert "".join(reading.subject.split()) == "".join(shown.split())
    assert reading.sender == ("Hélène, d’Été", CLAIRE)
    assert [file.name for file in reading.files] == ["é.txt"]
    assert reading.files[0].content == text.encode()


@given(st.text(max_size=300))
def test_no_words_of_ours_begin_another_header(text: str) -> None:
    block = header_block([("Subject", words(text)), ("From", person(text, CLAIRE))])
    lines = block.split(b"\r\n")
    assert all(line.startswith((b"Subject:", b"From:", b" ", b"\t")) for line in lines[:-1])


SLOW = {
    "open tags": lambda n: "<" * n,
    "open comments": lambda n: "<!--" * (n // 4),
    "open scripts": lambda n: "<script>" * (n // 8),
    "entities": lambda n: "&" * n,
}


@pytest.mark.parametrize("name", SLOW, ids=list(SLOW))
def test_bare_text_takes_time_that_grows_with_the_length(name: str) -> None:
    def cost(size: int) -> float:
        start = time.process_time()
        bare_text(SLOW[name](size))
        return time.process_time() - start

    cost(1_000)
    assert cost(2_000_000) < 4


LONG = {
    "encoded words": HEAD + "X: " + "\r\n ".join(["=?utf-8?q?" * 80] * 100),
    "comments": HEAD + "Cc: " + "\r\n ".join(["(" * 900] * 100),
    "quotes": HEAD + "Cc: " + "\r\n ".join(['"\\' * 400] * 100),
    "addresses": HEAD + "Cc: " + ",\r\n ".join(["a@b.fr, " * 100] * 100),
    "references": HEAD + "References: " + "\r\n ".join(["<" * 900] * 100),
    "boundaries": HEAD + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n" * 150 + "--b" * 50_0,
    "dashes": HEAD + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + ("-" * 900 + "\r\n") * 3_000,
    "numbers": HEAD + "\r\n" + ("1 85 05 13 " * 80 + "\r\n") * 2_000,
    "punycode": HEAD + "Content-Type: text/plain; charset=punycode\r\n\r\n" + ("a-" * 450 + "\r\n") * 500,
}


@pytest.mark.parametrize("name", LONG, ids=list(LONG))
def test_hostile_length_is_read_or_refused_in_bounded_time(name: str) -> None:
    start = time.process_time()
    holds((LONG[name] + "\r\n\r\nfin\r\n").encode())
    assert time.process_time() - start < 5


def test_a_structure_gives_the_place_of_each_part() -> None:
    raw = tidy(multipart("Content-Type: text/plain\r\n\r\nBonjour", "Content-Type: text/html\r\n\r\n<p>x</p>"))
    shape = structure_of(parse(raw))
    start, body, end = shape["parts"][1]["at"]
    assert raw[start:body] == b"Content-Type: text/html\r\n\r\n"
    assert raw[body:end] == b"<p>x</p>"
    assert (shape["parts"][1]["size"], shape["parts"][1]["lines"]) == (8, 0)


def test_a_message_within_a_message_has_its_own_envelope() -> None:
    raw = multipart(f"Content-Type: message/rfc822\r\n\r\n{HEAD}\r\ndedans")
    inner = structure_of(parse(tidy(raw)))["parts"][0]
    assert inner["envelope"][1] == "x"
    assert inner["message"]["type"] == "text"
