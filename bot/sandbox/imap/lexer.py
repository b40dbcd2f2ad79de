"""The words of a command (RFC 3501 § 9): atoms, strings, literals, lists, numbers. Nothing is guessed.

A command comes in pieces: text, literal, text, literal, text. The text between two literals has lost its `{n}`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_NUMBER = 4_294_967_295
MAX_MODSEQ = 9_223_372_036_854_775_807

_ATOM = re.compile(rb'[^(){ %*"\\\]\x00-\x1f\x7f-\xff]+')
_ASTRING = re.compile(rb'[^(){ %*"\\\x00-\x1f\x7f-\xff]+')
_LIST_MAILBOX = re.compile(rb'[^(){ "\\\x00-\x1f\x7f-\xff]+')
_TAG = re.compile(rb'[^(){ %*"\\+\x00-\x1f\x7f-\xff]{1,64}')
_FLAG = re.compile(rb'\\?[^(){ %*"\\\]\x00-\x1f\x7f-\xff]+')
_SECTION_NAME = re.compile(rb'[^(){ %*"\\\[\]<\x00-\x1f\x7f-\xff]+')
_QUOTED = re.compile(rb'"((?:[^"\\\x00\r\n]|\\["\\])*)"')
_ESCAPED = re.compile(rb"\\(.)")
_NUMBER = re.compile(rb"[0-9]{1,19}(?![0-9])")
_SET = re.compile(rb"[0-9*:,]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=*]*")


class BadSyntax(ValueError):
    """The command cannot be read; the message says where, in French."""


class Lexer:
    """A cursor over a command."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces
        self._piece = 0
        self._at = 0
        self.first_tag = ""
        """The tag of the command, once read."""

    # Looking

    @property
    def _text(self) -> bytes:
        return self._pieces[self._piece]

    @property
    def at_end(self) -> bool:
        """Has everything been read?"""
        return self._at == len(self._text) and self._piece == len(self._pieces) - 1

    @property
    def at_literal(self) -> bool:
        return self._at == len(self._text) and self._piece < len(self._pieces) - 1

    def sees(self, what: bytes) -> bool:
        """Does this come next?"""
        return self._text.startswith(what, self._at)

    def takes(self, what: bytes) -> bool:
        """The same, and if so it is read."""
        if not self.sees(what):
            return False
        self._at += len(what)
        return True

    # Reading

    def expect(self, what: bytes) -> None:
        if not self.takes(what):
            raise BadSyntax(f"« {what.decode()} » attendu" if what != b" " else "espace attendu")

    def space(self) -> None:
        self.expect(b" ")

    def end(self) -> None:
        """Nothing may follow."""
        if not self.at_end:
            raise BadSyntax("la commande devrait s’arrêter là")

    def tag(self) -> str:
        self.first_tag = self._matched(_TAG, "étiquette de commande attendue").decode()
        return self.first_tag

    def atom(self) -> str:
        return self._matched(_ATOM, "mot attendu").decode()

    def word(self) -> str:
        """An atom whose case means nothing."""
        return self.atom().upper()

    def item(self) -> str:
        """The name of something to fetch: an atom that stops at a bracket or at a partial."""
        return self._matched(_SECTION_NAME, "élément attendu").decode().upper()

    def flag(self) -> str:
        return self._matched(_FLAG, "drapeau attendu").decode()

    def number(self, most: int = MAX_NUMBER) -> int:
        found = int(self._matched(_NUMBER, "nombre attendu"))
        if found > most:
            raise BadSyntax("nombre trop grand")
        return found

    def set_text(self) -> bytes:
        return self._matched(_SET, "suite de numéros attendue")

    def base64(self) -> bytes:
        return self._matched(_BASE64, "base64 attendu")

    def string(self) -> bytes:
        if self.at_literal:
            self._piece += 2
            self._at = 0
            return self._pieces[self._piece - 1]
        quoted = self._matched(_QUOTED, "texte entre guillemets ou littéral attendu")
        return _ESCAPED.sub(rb"\1", quoted[1:-1])

    def astring(self) -> bytes:
        if self.at_literal or self.sees(b'"'):
            return self.string()
        return self._matched(_ASTRING, "mot ou texte attendu")

    def list_mailbox(self) -> bytes:
        """A name with jokers."""
        if self.at_literal or self.sees(b'"'):
            return self.string()
        return self._matched(_LIST_MAILBOX, "nom de dossier attendu")

    def flag_list(self) -> list[str]:
        """Flags within brackets."""
        self.expect(b"(")
        flags: list[str] = []
        while not self.takes(b")"):
            if flags:
                self.space()
            flags.append(self.flag())
        return flags

    def _matched(self, form: re.Pattern[bytes], otherwise: str) -> bytes:
        found = form.match(self._text, self._at)
        if found is None or (not found[0] and form is not _BASE64):
            raise BadSyntax(otherwise)
        self._at = found.end()
        return found[0]
