"""Application passwords for mail clients, and simulated Pro Santé Connect tokens: random, of 128 bits and more."""

from __future__ import annotations

import base64
import datetime
import secrets
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sqlalchemy import select

from bot.sandbox.store.boxes import AppPassword
from bot.sandbox.store.people import Persona, World
from bot.sandbox.store.worlds import digest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.store.boxes import Tool

State: TypeAlias = Literal["good", "revoked", "expired", "not_renewed", "world_over"]
TOKEN_LIFE = datetime.timedelta(minutes=15)
RENEWAL_LIFE = datetime.timedelta(hours=8)


class SignedIn(NamedTuple):
    """Whom a secret lets in, or would have."""

    world: World
    persona: Persona
    kind: str
    tool: Tool
    state: State = "good"


def create_app_password(
    session: Session, persona: Persona, label: str, now: datetime.datetime, tool: Tool = "mail_client"
) -> str:
    """A new application password, shown once: groups of four letters and figures, 130 bits."""
    raw = base64.b32encode(secrets.token_bytes(17)).decode().rstrip("=").lower()[:26]
    _keep(session, persona, "app", raw, label, now, None, tool)
    return "-".join(raw[i : i + 4] for i in range(0, len(raw), 4))


def create_token_pair(
    session: Session, persona: Persona, now: datetime.datetime, tool: Tool = "mail_client"
) -> tuple[str, str]:
    """A simulated Pro Santé Connect token and the one that renews it."""
    access, renewal = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    _keep(session, persona, "psc", access, "", now, now + TOKEN_LIFE, tool)
    _keep(session, persona, "psc_refresh", renewal, "", now, now + RENEWAL_LIFE, tool)
    return access, renewal


def renew(session: Session, renewal: str, now: datetime.datetime) -> str | None:
    """A fresh token for this renewal token, or None when it has expired too."""
    found = find(session, renewal, now)
    if found is None or found.kind != "psc_refresh":
        return None
    access = secrets.token_urlsafe(24)
    _keep(session, found.persona, "psc", access, "", now, now + TOKEN_LIFE, found.tool)
    return access


def find(session: Session, secret: str, now: datetime.datetime) -> SignedIn | None:
    """The world and persona this secret names; None when unknown, revoked, expired, or its world is."""
    found = examine(session, secret, now)
    return found if found is not None and found.state == "good" else None


def examine(session: Session, secret: str, now: datetime.datetime) -> SignedIn | None:
    """The same, and why it does not let in any more; None when unknown."""
    bare = secret.strip()
    tried = {digest(bare), digest(bare.replace("-", "").replace(" ", "").lower())}
    row = session.execute(
        select(AppPassword, World, Persona)
        .join(World, World.id == AppPassword.world_id)
        .join(Persona, (Persona.id == AppPassword.persona_id) & (Persona.world_id == AppPassword.world_id))
        .where(AppPassword.token_sha256.in_(tried))
    ).first()
    if row is None:
        return None
    password, world, persona = row
    return SignedIn(world, persona, password.kind, password.tool, _state(session, password, world, now))


def _state(session: Session, password: AppPassword, world: World, now: datetime.datetime) -> State:
    if world.expires_at <= now:
        return "world_over"
    if password.revoked_at is not None:
        return "revoked"
    if password.expires_at is None or password.expires_at > now:
        return "good"
    renewable = session.scalar(
        select(AppPassword.id).where(
            AppPassword.world_id == password.world_id,
            AppPassword.persona_id == password.persona_id,
            AppPassword.kind == "psc_refresh",
            AppPassword.revoked_at.is_(None),
            AppPassword.expires_at > now,
        )
    )
    return "expired" if renewable is not None else "not_renewed"


def revoke(session: Session, password: AppPassword, now: datetime.datetime) -> None:
    """It opens nothing any more."""
    password.revoked_at = now


def _keep(
    session: Session,
    persona: Persona,
    kind: str,
    secret: str,
    label: str,
    now: datetime.datetime,
    expires_at: datetime.datetime | None,
    tool: Tool,
) -> None:
    session.add(
        AppPassword(
            world_id=persona.world_id,
            persona_id=persona.id,
            kind=kind,
            tool=tool,
            label=label,
            token_sha256=digest(secret),
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
