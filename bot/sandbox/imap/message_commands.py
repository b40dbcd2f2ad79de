"""Commands on messages: FETCH, STORE, SEARCH, COPY, MOVE, EXPUNGE, each by number or by UID, and APPEND; then IDLE."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.sandbox.imap import acts, fetching
from bot.sandbox.imap.conversation import Command, Done
from bot.sandbox.imap.lexer import MAX_MODSEQ, BadSyntax
from bot.sandbox.imap.mail_rows import CHUNK, slice_of
from bot.sandbox.imap.number_sets import read_set, write_set
from bot.sandbox.imap.searching import read_search
from bot.sandbox.imap.wording import Refusal, flag_list, read_date_time
from bot.sandbox.store.deliveries import SYSTEM_FLAGS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Awaitable, Callable, Sequence

    from bot.sandbox.imap.conversation import Conversation, State
    from bot.sandbox.imap.fetching import Answer, Slice, Wanted
    from bot.sandbox.imap.lexer import Lexer
    from bot.sandbox.imap.searching import Search
    from bot.sandbox.imap.view import View

_LOST = "Certains de ces messages n’existent plus."
_KNOWN_FLAGS = {flag.lower(): flag for flag in SYSTEM_FLAGS}
_LONGEST_DONE = 1_000


def _chosen(view: View, lexer: Lexer, *, by_uid: bool) -> list[int]:
    """The UIDs that a set names. A number beyond the last is a fault; a UID that is not there is not."""
    lexer.space()
    numbers = read_set(lexer.set_text())
    if by_uid:
        return numbers.among(view.uids)
    places = numbers.places(len(view.uids))
    if places is None:
        raise BadSyntax("numéro de message inconnu")
    return [view.uids[place - 1] for place in places]


def _both(
    work: Callable[[Conversation, Lexer, bool], Awaitable[Done]],
) -> tuple[Callable[[Conversation, Lexer], Awaitable[Done]], Callable[[Conversation, Lexer], Awaitable[Done]]]:
    """The command by number, and the command by UID."""

    async def by_number(talk: Conversation, lexer: Lexer) -> Done:
        return await work(talk, lexer, False)

    async def by_uid(talk: Conversation, lexer: Lexer) -> Done:
        return await work(talk, lexer, True)

    return by_number, by_uid


# FETCH


async def _fetch(talk: Conversation, lexer: Lexer, by_uid: bool) -> Done:
    view = talk.selected
    uids = _chosen(view, lexer, by_uid=by_uid)
    lexer.space()
    wanted = fetching.read_wanted(lexer)
    if wanted.changed_since is not None or wanted.has("MODSEQ"):
        talk.condstore = True
    if wanted.changed_since is not None:
        wanted = wanted.also("MODSEQ")
    if by_uid:
        wanted = wanted.also("UID")
    lost = bool(view.gone.intersection(uids))
    sent = 0
    for start in range(0, len(uids), CHUNK):
        sent += await _fetch_some(talk, view, uids[start : start + CHUNK], wanted)
    talk.talk.aside(f"Contenu demandé : {sent} octets, que ce journal ne garde pas.")
    if lost:
        raise Refusal(_LOST, "EXPUNGEISSUED")
    return Done("Voilà.")


async def _fetch_some(talk: Conversation, view: View, uids: Sequence[int], wanted: Wanted) -> int:
    rest = list(uids)
    sent = 0
    if wanted.marks_seen and not view.read_only:
        who, now = talk.someone, talk.house.now()
        unread = await talk.reading(lambda session: fetching.unread(session, view, rest))
        if unread:
            modseq = await talk.writing(lambda session: acts.mark_seen(session, view, unread, who, now))
            view.modseq = view.modseq if modseq is None else modseq
            wanted = wanted.also("FLAGS")
    while rest:
        answer = await _answered(talk, view, rest, wanted)
        for piece in answer.pieces:
            content = piece if isinstance(piece, bytes) else await _read(talk, view, piece)
            sent += len(content)
            talk.raw(content)
            await talk.flush()
        rest = rest[answer.done :]
    return sent


async def _answered(talk: Conversation, view: View, uids: Sequence[int], wanted: Wanted) -> Answer:
    return await talk.reading(lambda session: fetching.answers(session, view, uids, wanted, utf8=talk.utf8))


async def _read(talk: Conversation, view: View, piece: Slice) -> bytes:
    """Exactly as many bytes as were announced, even if the message was purged meanwhile."""
    start, end = piece.start, piece.end
    content = await talk.reading(lambda session: slice_of(session, view.world_id, piece.source_id, start, end))
    return content.ljust(end - start)


# STORE


async def _store(talk: Conversation, lexer: Lexer, by_uid: bool) -> Done:
    view = talk.writable
    uids = _chosen(view, lexer, by_uid=by_uid)
    lexer.space()
    unchanged_since = None
    if lexer.takes(b"("):
        if lexer.word() != "UNCHANGEDSINCE":
            raise BadSyntax("modificateur inconnu")
        lexer.space()
        unchanged_since = lexer.number(MAX_MODSEQ)
        lexer.expect(b")")
        lexer.space()
        talk.condstore = True
    change: acts.Change = "add" if lexer.takes(b"+") else "drop" if lexer.takes(b"-") else "set"
    name = lexer.item()
    if name not in ("FLAGS", "FLAGS.SILENT"):
        raise BadSyntax("FLAGS ou FLAGS.SILENT attendu")
    lexer.space()
    flags = _read_flags(lexer)
    lexer.end()
    who, now = talk.someone, talk.house.now()
    lost = bool(view.gone.intersection(uids))
    done = await talk.writing(lambda session: acts.store(session, view, uids, change, flags, unchanged_since, who, now))
    if done.modseq is not None:
        view.modseq = done.modseq
    if not name.endswith("SILENT") or talk.condstore:
        for kept in done.now:
            shown = kept.flags | {"\\Recent"} if kept.uid >= view.recent_from else kept.flags
            words = [f"UID {kept.uid}"] if by_uid or talk.condstore else []
            if not name.endswith("SILENT"):
                words.append(f"FLAGS {flag_list(shown)}")
            if talk.condstore:
                words.append(f"MODSEQ ({kept.modseq})")
            talk.untagged(f"{view.number_of(kept.uid)} FETCH ({' '.join(words)})")
    if lost or done.lost:
        raise Refusal(_LOST, "EXPUNGEISSUED")
    if done.conflicts:
        numbers = done.conflicts if by_uid else [view.number_of(uid) or 0 for uid in done.conflicts]
        return Done("Certains avaient changé entre-temps.", f"MODIFIED {write_set(numbers)}")
    return Done("C’est noté.")


def _read_flags(lexer: Lexer) -> list[str]:
    if lexer.sees(b"("):
        found = lexer.flag_list()
    else:
        found = [lexer.flag()]
        while lexer.takes(b" "):
            found.append(lexer.flag())
    return _flags(found)


def _flags(found: list[str]) -> list[str]:
    """As the store spells them. Raises BadSyntax for a system flag that is none, or that is the server's own."""
    if len(found) > acts.MAX_FLAGS:
        raise BadSyntax("trop de drapeaux")
    for flag in found:
        if flag.startswith("\\") and flag.lower() not in _KNOWN_FLAGS:
            raise BadSyntax("drapeau inconnu")
        if len(flag) > acts.LONGEST_FLAG:
            raise Refusal("Ce mot-clé est trop long.", "LIMIT")
    return [_KNOWN_FLAGS.get(flag.lower(), flag) for flag in found]


# SEARCH


async def _search(talk: Conversation, lexer: Lexer, by_uid: bool) -> Done:
    view, now = talk.selected, talk.house.now()
    search = read_search(lexer, view, utf8=talk.utf8)
    if search.asks_modseq:
        talk.condstore = True
    found: list[tuple[int, int]] = []
    alive = [uid for uid in view.uids if uid not in view.gone]
    for start in range(0, len(alive), CHUNK):
        found += await _found(talk, search, alive[start : start + CHUNK], now)
    numbers = [uid if by_uid else view.number_of(uid) or 0 for uid, _ in found]
    modseq = f" (MODSEQ {max(modseq for _, modseq in found)})" if found and search.asks_modseq else ""
    if search.returns is None:
        talk.raw(f"* SEARCH{''.join(f' {number}' for number in numbers)}{modseq}\r\n".encode())
    else:
        talk.raw(_esearch(lexer, search, numbers, modseq, by_uid=by_uid))
    return Done("Voilà.")


async def _found(
    talk: Conversation, search: Search, uids: Sequence[int], now: datetime.datetime
) -> list[tuple[int, int]]:
    view = talk.selected
    return await talk.reading(lambda session: search.found(session, view, uids, now))


def _esearch(lexer: Lexer, search: Search, numbers: list[int], modseq: str, *, by_uid: bool) -> bytes:
    words = [f'(TAG "{lexer.first_tag}")'] + (["UID"] if by_uid else [])
    returns = search.returns or frozenset()
    if numbers and "MIN" in returns:
        words.append(f"MIN {numbers[0]}")
    if numbers and "MAX" in returns:
        words.append(f"MAX {numbers[-1]}")
    if numbers and "ALL" in returns:
        words.append(f"ALL {write_set(numbers)}")
    if "COUNT" in returns:
        words.append(f"COUNT {len(numbers)}")
    if modseq:
        words.append(modseq.strip(" ()"))
    return f"* ESEARCH {' '.join(words)}\r\n".encode()


# COPY, MOVE, EXPUNGE, APPEND


async def _copy(talk: Conversation, lexer: Lexer, by_uid: bool) -> Done:
    return await _copied(talk, talk.selected, lexer, by_uid=by_uid, move=False)


async def _move(talk: Conversation, lexer: Lexer, by_uid: bool) -> Done:
    return await _copied(talk, talk.writable, lexer, by_uid=by_uid, move=True)


async def _copied(talk: Conversation, view: View, lexer: Lexer, *, by_uid: bool, move: bool) -> Done:
    uids = _chosen(view, lexer, by_uid=by_uid)
    lexer.space()
    name = talk.name_of(lexer.astring())
    lexer.end()
    if view.gone.intersection(uids):
        raise Refusal(_LOST, "EXPUNGEISSUED")
    who, now = talk.someone, talk.house.now()
    done = await talk.writing(lambda session: acts.copy(session, view, uids, name, who, now, move=move))
    code = f"COPYUID {done.uidvalidity} {write_set(done.before)} {write_set(done.after)}" if done.before else ""
    if move:
        if code:
            talk.untagged(f"OK [{code}] " + talk.worded("Déplacés."))
        return Done("Messages déplacés.")
    return Done("Messages copiés.", code)


async def expunge(talk: Conversation, lexer: Lexer) -> Done:
    lexer.end()
    view, who, now = talk.writable, talk.someone, talk.house.now()
    await talk.writing(lambda session: acts.expunge(session, view, None, who, now))
    return Done("C’est fait.")


async def uid_expunge(talk: Conversation, lexer: Lexer) -> Done:
    view, who, now = talk.writable, talk.someone, talk.house.now()
    uids = _chosen(view, lexer, by_uid=True)
    lexer.end()
    await talk.writing(lambda session: acts.expunge(session, view, uids, who, now))
    return Done("C’est fait.")


async def append(talk: Conversation, lexer: Lexer) -> Done:
    lexer.space()
    name = talk.name_of(lexer.astring())
    lexer.space()
    flags: list[str] = []
    if lexer.sees(b"("):
        flags = _flags([flag for flag in lexer.flag_list() if flag.lower() != "\\recent"])
        lexer.space()
    at = talk.house.now()
    if lexer.sees(b'"'):
        try:
            at = read_date_time(lexer.string().decode("ascii"))
        except (ValueError, OverflowError):
            raise BadSyntax("date mal formée") from None
        lexer.space()
    wrapped = lexer.takes(b"UTF8 (") or lexer.takes(b"utf8 (")
    if not lexer.at_literal:
        raise BadSyntax("littéral attendu")
    raw = lexer.string()
    if wrapped:
        lexer.expect(b")")
    lexer.end()
    who = talk.someone
    uidvalidity, uid = await talk.writing(lambda session: acts.file(session, who, name, raw, flags, at))
    return Done("Message rangé.", f"APPENDUID {uidvalidity} {uid}")


# IDLE


async def idle(talk: Conversation, lexer: Lexer) -> Done:
    """RFC 2177: everything that changes is told at once, until the client says DONE."""
    lexer.end()
    talk.raw("+ {}\r\n".format(talk.worded("J’écoute.")).encode())
    await talk.flush()
    await talk.keep_transcript()
    if talk.view is None:
        await _until_heard(talk, None)
    else:
        with talk.service.hub.watching(talk.view) as bell:
            await _until_heard(talk, bell)
    if (await talk.incoming.answer(_LONGEST_DONE)).upper() != b"DONE":
        raise BadSyntax("DONE attendu")
    return Done("Fin de l’écoute.")


async def _until_heard(talk: Conversation, bell: asyncio.Event | None) -> None:
    loop = asyncio.get_running_loop()
    ends = loop.time() + talk.limits.idle_seconds
    heard = asyncio.ensure_future(talk.wire.heard())
    try:
        while not heard.done():
            rung = asyncio.ensure_future(bell.wait() if bell is not None else asyncio.sleep(ends - loop.time()))
            try:
                await asyncio.wait(
                    (heard, rung), timeout=talk.limits.still_here_seconds, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                rung.cancel()
            if heard.done():
                break
            if loop.time() >= ends:
                raise TimeoutError
            await talk.check_presence()
            if bell is not None and bell.is_set():
                bell.clear()
            else:
                talk.untagged("OK " + talk.worded("Toujours là."))
            if talk.view is not None:
                await talk.tell_news(expunges=True)
            await talk.flush()
        heard.result()
    finally:
        heard.cancel()


_fetch_both, _store_both, _search_both, _copy_both, _move_both = map(_both, (_fetch, _store, _search, _copy, _move))
_SELECTED: tuple[State, ...] = ("selected",)
COMMANDS = {
    "FETCH": Command(_fetch_both[0], _SELECTED, expunges=False),
    "UID FETCH": Command(_fetch_both[1], _SELECTED),
    "STORE": Command(_store_both[0], _SELECTED, expunges=False),
    "UID STORE": Command(_store_both[1], _SELECTED),
    "SEARCH": Command(_search_both[0], _SELECTED, expunges=False),
    "UID SEARCH": Command(_search_both[1], _SELECTED),
    "COPY": Command(_copy_both[0], _SELECTED),
    "UID COPY": Command(_copy_both[1], _SELECTED),
    "MOVE": Command(_move_both[0], _SELECTED),
    "UID MOVE": Command(_move_both[1], _SELECTED),
    "EXPUNGE": Command(expunge, _SELECTED),
    "UID EXPUNGE": Command(uid_expunge, _SELECTED),
    "APPEND": Command(append),
    "IDLE": Command(idle),
}
