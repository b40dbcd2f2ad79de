"""Whatever bytes come, the readers of commands answer or refuse, and what they read they can write again."""

from __future__ import annotations

import contextlib
import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.imap import fetching, listing, names, shape, wording
from bot.sandbox.imap.lexer import BadSyntax, Lexer
from bot.sandbox.imap.names import BadName
from bot.sandbox.imap.number_sets import read_set, write_set
from bot.sandbox.imap.searching import bare, read_search
from bot.sandbox.imap.sections import picked_fields, read_section, span_of
from bot.sandbox.imap.view import View
from bot.sandbox.imap.wording import Refusal
from bot.sandbox.post.mime import structure_of
from bot.sandbox.post.reading import envelope_of, read
from bot.sandbox.post.refusals import Unacceptable
from tests.imap.samples import ACCENTS, BARE, INNER, NESTED, PLAIN

WORDS = st.sampled_from(
    b'ALL BODY BODY.PEEK [ ] ( ) 1 * : , < > . " \\ HEADER.FIELDS MIME TEXT NOT OR UID SINCE 1-Jan-2026 CHARSET UTF-8 % '
    b"RETURN MODSEQ FLAGS KEYWORD $x \xe9 { } FROM SUBSCRIBED STATUS".split()
) | st.just(b" ")
SOUP = st.lists(st.lists(WORDS | st.binary(max_size=6), max_size=14).map(b"".join), min_size=1, max_size=5).filter(
    lambda pieces: len(pieces) % 2 == 1
)


def a_view() -> View:
    view = View(folder_id=1, box_id=1, world_id=1, persona_id=1, name="INBOX", read_only=False)
    view.uids = [3, 5, 8]
    return view


@given(SOUP)
def test_any_fetch_is_read_or_refused(pieces: list[bytes]) -> None:
    with contextlib.suppress(BadSyntax):
        fetching.read_wanted(Lexer(pieces))


@given(SOUP)
def test_any_search_is_read_or_refused(pieces: list[bytes]) -> None:
    with contextlib.suppress(BadSyntax, Refusal):
        read_search(Lexer([b" " + pieces[0], *pieces[1:]]), a_view(), utf8=False)


@given(SOUP)
def test_any_list_is_read_or_refused(pieces: list[bytes]) -> None:
    with contextlib.suppress(BadSyntax):
        listing.read_list(Lexer([b" " + pieces[0], *pieces[1:]]))


def test_criteria_may_nest_so_far_and_no_further() -> None:
    deep = b" " + b"(" * 3_000 + b"ALL" + b")" * 3_000
    with pytest.raises(BadSyntax):
        read_search(Lexer([deep]), a_view(), utf8=False)
    with pytest.raises(BadSyntax):
        read_search(Lexer([b" " + b"NOT " * 3_000 + b"ALL"]), a_view(), utf8=False)


# Names


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_folder_name_survives_modified_utf7(name: str) -> None:
    coded = names.encode(name)
    assert coded.isascii()
    assert names.decode(coded) == name


@given(st.text(alphabet="abAB&-,/+0 é", max_size=12))
def test_a_name_that_is_read_is_written_the_same(coded: str) -> None:
    try:
        name = names.decode(coded)
    except BadName:
        return
    assert names.encode(name) == coded


@pytest.mark.parametrize("coded", ["&AOk", "&AGE-", "&-&AOk-&AOk-", "&2AE-", "&A-", "&====-", "&AOk=-"])
def test_what_no_encoder_writes_is_no_name(coded: str) -> None:
    with pytest.raises(BadName):
        names.decode(coded)


def test_the_example_of_the_rfc() -> None:
    assert names.decode("~peter/mail/&U,BTFw-/&ZeVnLIqe-") == "~peter/mail/台北/日本語"


# Number sets


@given(st.sets(st.integers(1, 60)))
def test_numbers_survive_a_set(numbers: set[int]) -> None:
    ordered = sorted(numbers)
    if ordered:
        assert read_set(write_set(ordered).encode()).among(list(range(1, 61))) == ordered


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6),
    st.sets(st.integers(1, 40), min_size=1),
)
def test_a_set_means_what_its_ranges_mean(ranges: list[tuple[int, int]], here: set[int]) -> None:
    numbers = sorted(here)
    text = ",".join(f"{first or '*'}:{last or '*'}" for first, last in ranges)
    meant = {
        number
        for first, last in ranges
        for number in numbers
        if min(first or numbers[-1], last or numbers[-1]) <= number <= max(first or numbers[-1], last or numbers[-1])
    }
    assert read_set(text.encode()).among(numbers) == sorted(meant)


@pytest.mark.parametrize("text", [b"", b"0", b"1:", b":1", b"1,,2", b"a", b"01", b"4294967296", b"1:2:3", b"**"])
def test_what_is_no_set_is_refused(text: bytes) -> None:
    with pytest.raises(BadSyntax):
        read_set(text)


def test_a_set_that_repeats_itself_costs_no_more() -> None:
    everything = list(range(1, 10_001))
    assert read_set(b",".join([b"1:*"] * 10_000)).among(everything) == everything


# Patterns


@given(st.text(alphabet="ab/%*", max_size=9), st.text(alphabet="ab/", max_size=9))
def test_a_pattern_means_what_it_says(pattern: str, name: str) -> None:
    form = re.escape(pattern).replace("%", "[^/]*").replace(r"\*", ".*")
    assert listing.matches(pattern, name) is (re.fullmatch(form, name, re.DOTALL) is not None)


def test_a_pattern_full_of_jokers_takes_no_time() -> None:
    assert not listing.matches("*a%a" * 120 + "c", "a" * 300)


# Strings and dates


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30), st.booleans())
def test_a_string_is_read_as_it_was_written(text: str, utf8: bool) -> None:
    written = wording.string(text, utf8=utf8)
    if written.startswith(b"{"):
        count, _, rest = written.partition(b"\r\n")
        assert int(count[1:-1]) == len(rest)
        assert rest.decode() == text
    elif text.isascii():
        assert Lexer([written]).string().decode() == text
    else:
        assert written[1:-1].decode().replace('\\"', '"').replace("\\\\", "\\") == text


@given(st.text(max_size=60))
def test_a_sentence_is_one_ascii_line_until_the_client_takes_utf8(text: str) -> None:
    told = wording.sentence(text, utf8=False)
    assert told.isascii()
    assert "\n" not in told
    assert "\r" not in told


@given(st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2200, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_date_survives(naive: datetime.datetime) -> None:
    moment = naive.replace(microsecond=0, tzinfo=datetime.UTC)
    assert wording.read_date_time(wording.date_time(moment).strip('"')) == moment


@pytest.mark.parametrize(
    "text", ["", "1-Jan-2026", "32-Jan-2026 00:00:00 +0000", "1-Jan-2026 25:00:00 +0000", "1-Jan-2026 00:00 +0000"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        wording.read_date_time(text)


# Sections


SAMPLES = {"plain": PLAIN, "accents": ACCENTS, "nested": NESTED, "inner": INNER, "bare": BARE}


@pytest.mark.parametrize("raw", SAMPLES.values(), ids=SAMPLES)
def test_headers_and_text_make_the_whole(raw: bytes) -> None:
    structure = structure_of(read(raw).root)
    head = span_of(read_section(Lexer([b"[HEADER]"])), structure, 0)
    text = span_of(read_section(Lexer([b"[TEXT]"])), structure, 0)
    assert head is not None
    assert text is not None
    assert raw[slice(*head)] + raw[slice(*text)] == raw


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.sampled_from([b"", b".MIME", b".TEXT", b".HEADER"]))
def test_a_section_lies_within_the_message_or_nowhere(part: list[int], what: bytes) -> None:
    section = read_section(Lexer([b"[" + ".".join(map(str, part)).encode() + what + b"]"]))
    span = span_of(section, structure_of(read(NESTED).root), 10)
    if span is not None:
        assert 10 <= span.start <= span.end <= len(NESTED) + 10


def test_fields_and_the_other_fields_make_all_the_headers() -> None:
    head = PLAIN[: PLAIN.index(b"\r\n\r\n") + 4]
    some = picked_fields(read_section(Lexer([b"[HEADER.FIELDS (x-essai x-plie)]"])), head)
    others = picked_fields(read_section(Lexer([b"[HEADER.FIELDS.NOT (x-essai x-plie)]"])), head)
    assert sorted((some + others).splitlines()) == sorted([*head.splitlines(), b""])


@given(st.binary(max_size=400))
def test_what_delivery_keeps_of_any_message_can_be_told(raw: bytes) -> None:
    try:
        root = read(b"From: a@b.example\r\n" + raw).root
    except Unacceptable:
        return
    told = shape.envelope(envelope_of(root)) + shape.structure(structure_of(root), extended=True)
    assert told.startswith(b"(")
    assert told.endswith(b")")


def test_a_file_name_with_accents_is_told_as_rfc_2231_has_it() -> None:
    raw = b"Content-Type: application/pdf; name*=utf-8''%C3%A9t%C3%A9.pdf\r\n\r\nx"
    told = shape.structure(structure_of(read(raw).root), extended=True)
    assert b'("name*" "utf-8\'\'%C3%A9t%C3%A9.pdf")' in told


def test_a_message_joined_in_base64_still_has_the_shape_of_a_message() -> None:
    raw = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA0KDQp4\r\n"
    told = shape.structure(structure_of(read(raw).root), extended=False)
    assert told.startswith(b'("message" "rfc822" NIL NIL NIL "base64" 22 (NIL NIL')
    assert told.endswith(b" 0 0) 1)")


def test_comparison_puts_case_and_accents_aside() -> None:
    assert bare("  HÉMOGLOBINE\t œdème ") == "hemoglobine œdeme"
