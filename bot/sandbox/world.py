"""The fictional trust space: operators, boxes, people, patients, who may open what. Frozen, and free of any rule.

`data/world.yaml` holds the fixtures of the send cases (and names for them), `data/directory.yaml` the wider
directory. A class of trainees gets its own world by `World.joined`; nothing here is ever resolved or relayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

import msgspec
import yaml
from msgspec import Struct

DATA = Path(__file__).parent / "data"
T = TypeVar("T")

BoxType: TypeAlias = Literal["PER", "ORG", "APP", "CAB"]
BoxState: TypeAlias = Literal["open", "unlisted", "deleted", "full", "closed"]
PatientBox: TypeAlias = Literal["open", "closed", "unknown", "auto_reply"]
DomainFault: TypeAlias = Literal[
    "certificate_expired", "certificate_revoked", "certificate_not_igc", "certificate_name_mismatch", "no_tls"
]


class Shape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed set of keys."""


class Operator(Shape, frozen=True, kw_only=True):
    """A mail operator of the pretend trust space. `size_limit_mb` None: no limit known."""

    id: str
    name: str
    size_limit_mb: float | None
    domains: tuple[str, ...]
    kind: Literal["operator", "patient_space", "gateway"] = "operator"
    migrating: bool = False
    domain_faults: dict[str, DomainFault] = {}


class Structure(Shape, frozen=True, kw_only=True):
    """A structure of the directory. `kind` is an id of the base's structures; the FINESS fails its key."""

    id: str
    name: str
    kind: str
    finess: str = ""
    town: str
    department: str
    region: str


class Mailbox(Shape, frozen=True, kw_only=True):
    """A professional box. `members`: the addresses that may open an ORG or CAB box, each with its own sign-in."""

    address: str
    type: BoxType
    role: str
    state: BoxState = "open"
    holder: str = ""
    profession: str = ""
    rpps: str = ""
    structure: str = ""
    town: str = ""
    department: str = ""
    region: str = ""
    preferred: bool = False
    members: tuple[str, ...] = ()


class MedAccount(Shape, frozen=True, kw_only=True):
    """A Medimail account without an MSSanté address, and the shared boxes it is attached to."""

    id: str
    holder: str
    role: str
    attached_to: tuple[str, ...] = ()


class Delegation(Shape, frozen=True, kw_only=True):
    """The holder of `box` lets `to` act in it."""

    box: str
    to: str


class Patient(Shape, frozen=True, kw_only=True):
    """A fictional person of Mon espace santé: birth month 13, so nobody real. `opposed`: noted in the sender's software."""

    address: str
    box: PatientBox
    name: str = ""
    state: str = ""
    opposed: Literal["none", "patient_channel"] = "none"
    minor: bool = False


class LegacyApp(Shape, frozen=True, kw_only=True):
    """Limits of the former national application (2013-2017)."""

    size_limit_mb: float
    body_limit_chars: int


class Population(Shape, frozen=True, kw_only=True):
    """What a data file brings to a world."""

    operators: tuple[Operator, ...] = ()
    not_listed: tuple[str, ...] = ()
    listed_today: tuple[str, ...] = ()
    structures: tuple[Structure, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    med_accounts: tuple[MedAccount, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    patients: tuple[Patient, ...] = ()
    legacy_app: LegacyApp | None = None


class FaultyWorld(ValueError):
    """A data file of the world contradicts itself or another."""


class World:
    """A trust space one can look things up in. Immutable: made once, passed down, the same for all who share it."""

    def __init__(self, *populations: Population) -> None:
        self.operators = _gathered("operators", "id", (p.operators for p in populations))
        self.structures = _gathered("structures", "id", (p.structures for p in populations))
        self.mailboxes = _gathered("mailboxes", "address", (p.mailboxes for p in populations))
        self.patients = _gathered("patients", "address", (p.patients for p in populations))
        self.med_accounts = _gathered("med_accounts", "id", (p.med_accounts for p in populations))
        self.delegations = tuple(d for p in populations for d in p.delegations)
        self.not_listed = frozenset(d.lower() for p in populations for d in p.not_listed)
        self.listed_today = frozenset(d.lower() for p in populations for d in p.listed_today)
        self.legacy_app = next(p.legacy_app for p in populations if p.legacy_app)
        self._populations = populations
        self._check()

    def joined(self, population: Population) -> World:
        """This world and some more: a new one."""
        return World(*self._populations, population)

    @cached_property
    def operator_of(self) -> Mapping[str, Operator]:
        """The operator of each domain of the pretend whitelist."""
        return {domain.lower(): operator for operator in self.operators.values() for domain in operator.domains}

    @cached_property
    def _boxes(self) -> Mapping[str, Mailbox]:
        return {address.lower(): box for address, box in self.mailboxes.items()}

    @cached_property
    def _patients(self) -> Mapping[str, Patient]:
        return {address.lower(): patient for address, patient in self.patients.items()}

    @cached_property
    def attached_boxes(self) -> frozenset[str]:
        """The shared boxes that some MED account may open."""
        return frozenset(box.lower() for account in self.med_accounts.values() for box in account.attached_to)

    def box(self, address: str) -> Mailbox | None:
        """The professional box at this address, case put aside."""
        return self._boxes.get(address.lower())

    def patient(self, address: str) -> Patient | None:
        """The patient at this address, case put aside."""
        return self._patients.get(address.lower())

    def fault_of(self, domain: str) -> DomainFault | None:
        """What is wrong with the server of this domain, if anything."""
        operator = self.operator_of.get(domain.lower())
        return operator.domain_faults.get(domain.lower()) if operator else None

    def is_pharmacy(self, box: Mailbox) -> bool:
        """Is this the shared box of a pharmacy?"""
        structure = self.structures.get(box.structure)
        return box.type == "ORG" and structure is not None and structure.kind == "officine"

    def _check(self) -> None:
        faults = [
            f"{box.address} : aucun opérateur pour ce domaine"
            for box in self.mailboxes.values()
            if box.address.lower().partition("@")[2] not in self.operator_of
        ]
        faults += [
            f"{box.address} : structure inconnue « {box.structure} »"
            for box in self.mailboxes.values()
            if box.structure and box.structure not in self.structures
        ]
        shared = {a.lower() for a, box in self.mailboxes.items() if box.type in ("ORG", "CAB")}
        members = {m.lower() for box in self.mailboxes.values() for m in box.members}
        faults += [f"{m} : membre d’une boîte partagée, mais inconnu" for m in members - set(self._boxes)]
        faults += [
            f"{box} : un compte MED y est rattaché, ce n’est pas une ORG" for box in self.attached_boxes - shared
        ]
        if faults:
            raise FaultyWorld("\n".join(sorted(faults)))


def load_world(*names: str) -> World:
    """The world of the named files of `data/`; by default the fixtures and the wider directory."""
    return World(*(_population(DATA / f"{name}.yaml") for name in names or ("world", "directory")))


def _population(path: Path) -> Population:
    # The C loader reads the directory five times faster; both read the same YAML.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader, C or not
    return msgspec.convert(content, Population)


def _gathered(what: str, key: str, groups: Iterable[tuple[T, ...]]) -> dict[str, T]:
    """One mapping out of the lists of several files; a name given twice is a fault."""
    found: dict[str, T] = {}
    for group in groups:
        for item in group:
            name = getattr(item, key)
            if name in found:
                raise FaultyWorld(f"{what} : « {name} » deux fois")
            found[name] = item
    return found
