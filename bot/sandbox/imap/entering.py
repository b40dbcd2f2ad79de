"""Commands of any state and of the beginning: CAPABILITY, NOOP, LOGOUT, ID, STARTTLS, LOGIN, AUTHENTICATE, ENABLE."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

from bot.sandbox.identity.credentials import TOKEN_REFUSED, Credentials, Unreadable, decoded, plain, text_of, xoauth2
from bot.sandbox.imap.conversation import Command, Done
from bot.sandbox.imap.lexer import BadSyntax
from bot.sandbox.imap.signing_in import NotLetIn, Someone, sign_in
from bot.sandbox.imap.wording import Refusal

if TYPE_CHECKING:
    from bot.sandbox.imap.conversation import Conversation, State
    from bot.sandbox.imap.lexer import Lexer

_HANDSHAKE_SECONDS = 15
_LONGEST_ANSWER = 16_384
_ENABLED = {"CONDSTORE": "condstore", "UTF8=ACCEPT": "utf8"}


async def capability(talk: Conversation, lexer: Lexer) -> Done:
    lexer.end()
    talk.untagged("CAPABILITY " + talk.capabilities())
    return Done("Voilà.")


async def noop(talk: Conversation, lexer: Lexer) -> Done:
    """NOOP, and CHECK: everything is kept as soon as it is acknowledged."""
    lexer.end()
    return Done("Rien d’autre.")


async def logout(talk: Conversation, lexer: Lexer) -> Done:
    lexer.end()
    await talk.bye("À bientôt.")
    return Done("Déconnecté.")


async def identify(talk: Conversation, lexer: Lexer) -> Done:
    """ID (RFC 2971). What the client says of itself is not kept."""
    lexer.space()
    if lexer.takes(b"("):
        count = 0
        while not lexer.takes(b")"):
            if count:
                lexer.space()
            if not lexer.takes(b"NIL"):
                lexer.string()
            count += 1
            if count > 60:
                raise BadSyntax("trop de renseignements")
    elif lexer.word() != "NIL":
        raise BadSyntax("liste ou NIL attendu")
    lexer.end()
    talk.untagged('ID ("name" "mssante-bac-a-sable" "vendor" "guide-mssante" "environment" "simulation")')
    return Done("Voilà.")


async def starttls(talk: Conversation, lexer: Lexer) -> Done:
    lexer.end()
    if talk.wire.encrypted:
        raise BadSyntax("la connexion est déjà chiffrée")
    talk.wire.hold()
    if talk.wire.is_ahead:
        talk.over = True
        raise BadSyntax("rien ne doit suivre STARTTLS avant le chiffrement")

    async def handshake() -> None:
        await talk.wire.start_tls(talk.house.tls, _HANDSHAKE_SECONDS)
        talk.talk.aside("La connexion est chiffrée (TLS).")

    talk.then = handshake
    return Done("Commencez le chiffrement.")


async def login(talk: Conversation, lexer: Lexer) -> Done:
    lexer.space()
    user = lexer.astring()
    lexer.space()
    secret = lexer.astring()
    lexer.end()
    _refuse_in_clear(talk)
    try:
        given = Credentials(text_of(user), text_of(secret), is_token=False)
    except Unreadable:
        raise Refusal("Cet identifiant ne se lit pas.", "AUTHENTICATIONFAILED") from None
    return await _entered(talk, given)


async def authenticate(talk: Conversation, lexer: Lexer) -> Done:
    """PLAIN, LOGIN and XOAUTH2, with or without an initial response (RFC 4959)."""
    lexer.space()
    mechanism = lexer.word()
    first: bytes | None = None
    if lexer.takes(b" "):
        first = lexer.base64()
    lexer.end()
    if mechanism not in ("PLAIN", "LOGIN", "XOAUTH2"):
        raise Refusal("Mécanisme inconnu : PLAIN, LOGIN ou XOAUTH2.", "CANNOT")
    _refuse_in_clear(talk)
    try:
        if mechanism == "LOGIN":
            user = text_of(await _asked(talk, b"VXNlcm5hbWU6", first))
            given = Credentials(user, text_of(await _asked(talk, b"UGFzc3dvcmQ6", None)), is_token=False)
        else:
            given = (plain if mechanism == "PLAIN" else xoauth2)(await _asked(talk, b"", first))
    except Unreadable:
        raise BadSyntax("réponse qui n’est pas celle de ce mécanisme") from None
    return await _entered(talk, given)


async def enable(talk: Conversation, lexer: Lexer) -> Done:
    """RFC 5161."""
    done: list[str] = []
    while not done or not lexer.at_end:
        lexer.space()
        word = lexer.word()
        done.append(word)
    known = [word for word in dict.fromkeys(done) if word in _ENABLED]
    for word in known:
        setattr(talk, _ENABLED[word], True)
    talk.untagged(" ".join(["ENABLED", *known]))
    return Done("Voilà.")


def _refuse_in_clear(talk: Conversation) -> None:
    if not talk.wire.encrypted:
        raise Refusal(
            "Chiffrez d’abord la connexion (STARTTLS) : un mot de passe ne passe pas en clair.", "PRIVACYREQUIRED"
        )


async def _asked(talk: Conversation, question: bytes, answered: bytes | None) -> bytes:
    """The response to a challenge, unless it came with the command. Raises BadSyntax when the client gives up."""
    if answered is None:
        talk.raw(b"+ " + question + b"\r\n")
        await talk.flush()
        answered = await talk.incoming.answer(_LONGEST_ANSWER)
        if answered == b"*":
            raise BadSyntax("connexion abandonnée")
    return decoded(answered)


async def _entered(talk: Conversation, given: Credentials) -> Done:
    def tried() -> Someone | NotLetIn:
        with talk.house.store.writing() as session:
            return sign_in(session, talk.house.office, given)

    found = await talk.house.in_thread(tried)
    if isinstance(found, Someone):
        talk.arrive(found)
        talk.talk.aside("Connexion acceptée ; les échanges sont chiffrés.")
        return Done("Connecté.", "CAPABILITY " + talk.capabilities())
    talk.refusals += 1
    if found.known is not None:
        world_id, persona_id = found.known
        talk.talk.aside(f"Connexion refusée : {found.says} ({found.rule})")
        save = talk.talk.saving(persona_id, world_id, talk.house.now())

        def kept() -> None:
            with talk.house.store.writing(world_id) as session:
                save(session)

        await talk.house.in_thread(kept)
    await asyncio.sleep(talk.limits.refusal_seconds)
    if given.is_token:
        # What the training platform of the national operator does: a challenge that says why, then the end.
        talk.raw(b"+ " + base64.b64encode(TOKEN_REFUSED) + b"\r\n")
        await talk.flush()
        await talk.incoming.answer(_LONGEST_ANSWER)
    refusal = Refusal(f"{found.says} ({found.rule})", found.code)
    if given.is_token or talk.refusals >= talk.limits.refusals:
        talk.over = True
        talk.untagged(
            "BYE "
            + talk.worded(
                "Connexion refusée ; reconnectez-vous avec un mot de passe d’application ou un jeton en cours."
            )
        )
    raise refusal


_ANY: tuple[State, ...] = ("greeted", "signed_in", "selected")
COMMANDS = {
    "CAPABILITY": Command(capability, _ANY),
    "NOOP": Command(noop, _ANY),
    "CHECK": Command(noop, ("selected",)),
    "LOGOUT": Command(logout, _ANY),
    "ID": Command(identify, _ANY),
    "STARTTLS": Command(starttls, ("greeted",)),
    "LOGIN": Command(login, ("greeted",)),
    "AUTHENTICATE": Command(authenticate, ("greeted",)),
    "ENABLE": Command(enable),
}
