"""The engine's tables, a file per family. Importing this package registers every one of them on `Base.metadata`."""

from engine.models.attachment import Attachment
from engine.models.base import Base, Json, UtcDateTime
from engine.models.definition import ProcessDefinition
from engine.models.history import HistoryEvent
from engine.models.idempotency import IdempotencyKey
from engine.models.identity import Membership, Organisation, Role, User
from engine.models.instance import Participant, ProcessInstance
from engine.models.job import Incident, Job
from engine.models.task import TaskCandidate, UserTask

__all__ = [
    "Attachment",
    "Base",
    "HistoryEvent",
    "IdempotencyKey",
    "Incident",
    "Job",
    "Json",
    "Membership",
    "Organisation",
    "Participant",
    "ProcessDefinition",
    "ProcessInstance",
    "Role",
    "TaskCandidate",
    "User",
    "UserTask",
    "UtcDateTime",
]
