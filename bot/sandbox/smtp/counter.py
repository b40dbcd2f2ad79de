"""What the conversation asks of the post office, each call out of the loop. Answers are SMTP replies, ready to send."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections import Counter as Tally
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import StatementError

from bot.sandbox.identity.accounts import Account, Refused, identify
from bot.sandbox.identity.staying import Over, no_longer
from bot.sandbox.post.documents import MB
from bot.sandbox.post.letters import Envelope
from bot.sandbox.post.post_office import Rcpt, WorldIsOver
from bot.sandbox.smtp.writing import box_to_write_from, journal_sign_in
from bot.sandbox.store.numbers import RealNumber, holds_real_number

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.doors import House
    from bot.sandbox.identity.credentials import Credentials
    from bot.sandbox.store.sends import Submission
    from bot.sandbox.talk import Talk

REMEMBERED = 5_000
FOR_SECONDS = 2.0
"""How long an answer about a recipient holds: the whole message is judged again before anything is done."""
TRY_LATER = "451 4.3.0 Try again later"


class Parcel(NamedTuple):
    """A message and its envelope. `box_id` None: a MED account that named no box."""

    account: Account
    box_id: int | None
    envelope: Envelope
    raw: bytes


class Counter:
    """One per door: it keeps nothing of a conversation."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.office = house.office
        limits = (one.size_limit_mb for one in self.office.fixtures.operators.values())
        self._fits_everywhere = min((limit for limit in limits if limit), default=0) * MB
        self._recent: dict[tuple[int, int, int | None, str], tuple[float, Rcpt]] = {}

    async def sign_in(self, given: Credentials) -> Account | Refused:
        """Who this is; the journal will say so."""
        found = await self.house.in_thread(self._identify, given)
        world_id = found.world_id if isinstance(found, Account) else found.known[0] if found.known else None
        if world_id is not None:
            self.house.write_later(world_id, journal_sign_in(found, self.house.now()))
        return found

    async def over(self, account: Account) -> str:
        """The reply that ends the conversation, if the password was revoked meanwhile, the token not renewed…"""
        over = await self.house.in_thread(self._over, account)
        return reply_that_ends(over) if over is not None else ""

    async def size(self, account: Account, box_id: int | None, octets: int) -> str:
        """The reply that refuses a message of the size that the client announces, if the sender's operator does."""
        if octets <= self._fits_everywhere:
            return ""
        return await self.house.in_thread(self._size, account, box_id, octets)

    async def box(self, account: Account, address: str) -> tuple[int | None, str]:
        """The box to write from, and the reply that refuses it, if any."""
        return await self.house.in_thread(self._box, account, address)

    async def recipient(self, account: Account, box_id: int | None, address: str) -> Rcpt:
        """What the sender's operator answers to this recipient alone."""
        key = (account.world_id, account.persona_id, box_id, f"{account.channel}|{account.auth}|{address}")
        now = time.monotonic()
        known = self._recent.get(key)
        if known is not None and known[0] > now:
            return known[1]
        answer = await self.house.in_thread(self._recipient, account, box_id, address)
        if not holds_real_number(address):
            while len(self._recent) >= REMEMBERED:
                self._recent.pop(next(iter(self._recent)))
            self._recent.pop(key, None)
            self._recent[key] = (now + FOR_SECONDS, answer)
        return answer

    async def submit(self, parcel: Parcel, key: str) -> str:
        """Judge, carry out, and answer once all of it is on the disk."""
        try:
            return await self.house.write(parcel.account.world_id, lambda session: self._submit(session, parcel, key))
        except (WorldIsOver, LookupError):
            return "554 5.7.1 This world has expired, or the box is gone"
        except StatementError as error:
            if isinstance(error.orig, RealNumber):
                return f"550 5.7.1 {error.orig.rule}"
            return TRY_LATER

    def keep(self, talk: Talk, account: Account | Refused | None) -> None:
        """Write down what was said, when somebody is known to read it. Lost if the process dies: no mail depends on it."""
        if isinstance(account, Account):
            who: tuple[int, int] | None = (account.world_id, account.persona_id)
        else:
            who = account.known if account is not None else None
        if who is not None and len(talk):
            self.house.write_later(who[0], talk.saving(who[1], who[0], self.house.now()))

    # In a thread

    def _identify(self, given: Credentials) -> Account | Refused:
        with self.house.store.reading() as session:
            return identify(session, self.office, given)

    def _over(self, account: Account) -> Over | None:
        with self.house.store.reading(account.world_id) as session:
            return no_longer(session, account.secret, self.house.now())

    def _size(self, account: Account, box_id: int | None, octets: int) -> str:
        with self.house.store.reading(account.world_id) as session:
            world = self.office.world_of(session, account.world_id)
            answer = self.office.judge_size(session, world, account.sender(box_id), octets)
            return "" if answer.accepted else answer.reply

    def _box(self, account: Account, address: str) -> tuple[int | None, str]:
        with self.house.store.reading(account.world_id) as session:
            return box_to_write_from(session, self.office, account, address)

    def _recipient(self, account: Account, box_id: int | None, address: str) -> Rcpt:
        with self.house.store.reading(account.world_id) as session:
            world = self.office.world_of(session, account.world_id)
            return self.office.judge_recipient(session, world, account.sender(box_id), address)

    def _submit(self, session: Session, parcel: Parcel, key: str) -> str:
        over = no_longer(session, parcel.account.secret, self.house.now())
        if over is not None:
            return reply_that_ends(over)
        submission = self.office.submit(
            session,
            self.office.world_of(session, parcel.account.world_id),
            parcel.account.sender(parcel.box_id),
            parcel.raw,
            door="smtp",
            idempotency_key=key,
            envelope=parcel.envelope,
        )
        return reply_to(submission)


def reply_that_ends(over: Over) -> str:
    """The last line said to one who may stay no longer."""
    return f"421 4.7.0 {over.rule or 'This world has expired, closing'}"


def reply_to(submission: Submission) -> str:
    """The line that closes a message: the code, then the outcome and the rules in the words of the send rules."""
    if submission.state != "accepted":
        return submission.smtp_reply
    fates = submission.result["recipients"]
    rules = dict.fromkeys(fate["rule"] for fate in fates if fate["rule"])
    return " ".join(["250 2.0.0 OK", submission.outcome, *list(rules)[:5]])


class Keys:
    """The idempotency key of each message of one connection.

    A client that never heard the answer sends the same bytes again, on a new connection: the key is theirs, so the
    message is there once. The same bytes twice on one connection are two messages; so are bytes without a Message-ID.
    """

    def __init__(self) -> None:
        self._seen: Tally[str] = Tally()

    def of(self, parcel: Parcel) -> str:
        """The key of this message, now."""
        head = parcel.raw[: parcel.raw.find(b"\r\n\r\n") + 2].lower()
        if b"\r\nmessage-id:" not in b"\r\n" + head:
            return f"smtp-{uuid.uuid4().hex}"
        hashed = hashlib.sha256(parcel.raw)
        hashed.update(repr((parcel.account.persona_id, parcel.box_id, sorted(parcel.envelope.recipients))).encode())
        name = hashed.hexdigest()
        self._seen[name] += 1
        return f"smtp-{name}-{self._seen[name]}"
