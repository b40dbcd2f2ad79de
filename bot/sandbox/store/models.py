"""Every table, in one import: what the migrations are compared with."""

from bot.sandbox.store.boxes import (
    Access,
    AppPassword,
    AutoReply,
    AutoReplySent,
    Favourite,
    Folder,
    ForwardRule,
    Mailbox,
    Signature,
)
from bot.sandbox.store.database import Base
from bot.sandbox.store.mail import Delivery, Draft, DraftFile, Message, ReceiptRequest, Source
from bot.sandbox.store.people import ExerciseProgress, Journal, Participant, Persona, World
from bot.sandbox.store.sends import Addressee, Exchange, PlannedAnswer, Submission
from bot.sandbox.store.transcripts import Transcript

__all__ = [
    "Access",
    "Addressee",
    "AppPassword",
    "AutoReply",
    "AutoReplySent",
    "Base",
    "Delivery",
    "Draft",
    "DraftFile",
    "Exchange",
    "ExerciseProgress",
    "Favourite",
    "Folder",
    "ForwardRule",
    "Journal",
    "Mailbox",
    "Message",
    "Participant",
    "Persona",
    "PlannedAnswer",
    "ReceiptRequest",
    "Signature",
    "Source",
    "Submission",
    "Transcript",
    "World",
]
