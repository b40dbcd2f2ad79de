"""Thresholds and tables of the rules, read once from `data/tools.yaml` and `data/limits.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
import yaml
from msgspec import Struct

from bot.sandbox.attempt import Channel, DocumentKind

DATA = Path(__file__).parent / "data"
YesNo: TypeAlias = Literal["yes", "no"]
Door: TypeAlias = Literal["screen", "wire", "robot", "patient_space", "outside"]


class Tool(Struct, frozen=True, forbid_unknown_fields=True):
    """What a sending tool is and knows; see the comments of `data/tools.yaml`."""

    door: Door
    knows_patient: bool
    own_link: bool
    can_ask: bool


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """The figures and forms of `data/limits.yaml`."""

    many_recipients: int
    known_endings: tuple[str, ...]
    archive_name: str
    subject_prefix: str
    closing_subject: str
    shown_to_patients: frozenset[str]
    extensions: dict[str, DocumentKind]


def yes(claim: bool) -> YesNo:
    """A claim as the rules write it."""
    return "yes" if claim else "no"


@cache
def tools() -> dict[Channel, Tool]:
    """Every channel of the schema and what it is."""
    return msgspec.convert(yaml.safe_load((DATA / "tools.yaml").read_text("utf-8")), dict[Channel, Tool])


@cache
def limits() -> Limits:
    """The figures and forms the facts are made with."""
    return msgspec.convert(yaml.safe_load((DATA / "limits.yaml").read_text("utf-8")), Limits)
