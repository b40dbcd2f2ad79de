"""A send attempt, exactly as `data/send.schema.json` defines it (DESIGN § 5): same words, same defaults.

`reading.read_attempt` is the only way in; a test proves that it and the JSON Schema accept the same documents.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

FromType: TypeAlias = Literal["PER", "ORG", "APP", "CAB", "MED", "patient", "external"]
Channel: TypeAlias = Literal[
    "webmail",
    "mobile",
    "business_software",
    "mail_client",
    "application",
    "connector",
    "care_path_tool",
    "patient_space",
    "external_server",
    "legacy_app",
    "auto_reply",
    "forward_rule",
]
Auth: TypeAlias = Literal[
    "psc",
    "cps",
    "password",
    "regional_portal",
    "token",
    "client_certificate",
    "med_account",
    "delegate",
    "shared_password",
    "lent_password",
    "none",
]
AuthState: TypeAlias = Literal[
    "ok",
    "wrong_password",
    "malformed_login",
    "session_expired",
    "locked_out",
    "token_expired",
    "refresh_invalid",
    "account_closed",
    "psc_not_linked",
    "not_activated",
    "not_attached",
]
DocumentKind: TypeAlias = Literal["xdm", "pdf", "cda", "image", "dicom", "exe", "eicar", "zip", "other"]
DocumentIns: TypeAlias = Literal["ok", "absent", "partial", "other_person", "no_metadata"]
HeaderName: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed set of keys: an unknown key is a fault, said in French."""


class Transport(Part, frozen=True, kw_only=True):
    """The submission link; only counts for business software and ordinary mail clients."""

    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    tls: Literal["starttls", "implicit", "none", "tls1_0"] = "starttls"
    trusts_igc: bool = True


class Document(Part, frozen=True, kw_only=True):
    """What an attachment really holds. `kind` None: what the extension of the name says."""

    kind: DocumentKind | None = None
    cda_count: Annotated[int, Meta(ge=0)] = 1
    pdf_matches_cda: bool = True
    ins: DocumentIns = "ok"
    replaces: Literal["none", "latest", "outdated", "not_author"] = "none"
    invisible_patient: bool = False
    masque_ps: bool = False
    dmp: bool = False
    patients: Annotated[tuple[str, ...], Meta(min_length=1)] = ("patient-1",)


class Attachment(Part, frozen=True, kw_only=True):
    """A file as attached: its name, its size before encoding."""

    name: Annotated[str, Meta(min_length=1)]
    size_mb: Annotated[float, Meta(ge=0)]
    document: Document = Document()


class Context(Part, frozen=True, kw_only=True):
    """Facts no server sees, and the state of the moment. Every default is the ordinary and lawful case."""

    ins_qualified: bool = True
    ins_hand_typed: bool = False
    ins_of: Literal["patient", "insured", "parent"] = "patient"
    opposed: Literal["none", "patient_channel", "professional_channel"] = "none"
    in_care: bool = True
    strictly_necessary: bool = True
    care_related: bool = True
    chosen_by_patient: bool = True
    other_activity: bool = False
    org_message_from_per: bool = False
    urgent_expected: bool = False
    external_link: bool = False
    external_correspondent: bool = False
    invites_personal_mail: bool = False
    homonym: bool = False
    not_filed: bool = False
    stale_directory: bool = False
    several_boxes: bool = False
    no_box: bool = False
    unlisted_lookup: bool = False
    agreed_exchange: bool = True
    whitelist_refreshed: bool = False
    recipient_software: Literal["ok", "patient_unknown", "error", "none"] = "ok"
    recipient_auto_reply: bool = False
    mdn_reply: Literal["accept", "refuse", "none"] = "none"
    thread: Literal["none", "open", "closed"] = "none"
    pharmacy_known: bool = True
    pharmacy_published: bool = True
    bulk_count: Annotated[int, Meta(ge=1)] | None = None


class Attempt(Part, frozen=True, kw_only=True):
    """A send to judge. `sender` is the box one signs in with (key `from`); None for a MED account, which has none."""

    sender: str | None = field(name="from")
    from_type: FromType
    acting_as: str | None = None
    channel: Channel
    auth: Auth
    auth_state: AuthState = "ok"
    transport: Transport = Transport()
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str
    body: str | None = None
    body_length: Annotated[int, Meta(ge=0)] | None = None
    body_format: Literal["text", "html_only", "alternative"] = "text"
    headers: dict[HeaderName, str | None] = field(default_factory=dict)
    is_reply: bool = False
    dsn_requested: bool = False
    mdn_requested: bool = False
    attachments: tuple[Attachment, ...] = ()
    context: Context = Context()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address of to, cc and bcc, in that order."""
        return self.to + self.cc + self.bcc

    @property
    def sending_address(self) -> str | None:
        """The box the message leaves from, hence its Return-Path."""
        return self.acting_as if self.acting_as is not None else self.sender

    def header(self, name: str) -> tuple[bool, str | None]:
        """(was it imposed, its value): not imposed means what a conforming client writes, None really missing."""
        imposed, value = False, None
        for key, text in self.headers.items():
            if key.lower() == name.lower():
                imposed, value = True, text
        return imposed, value
