"""The engine's tables, a file per family. Importing this package registers every one of them on `Base.metadata`."""

from engine.models.attachment import Attachment
from engine.models.base import Base, Json, UtcDateTime
from engine.models.business_field import BusinessField
from engine.models.case_link import CaseLink
from engine.models.decision import DecisionDefinition, PublishedDecision
from engine.models.definition import ProcessDefinition
from engine.models.design import Design
from engine.models.form import FormDefinition
from engine.models.history import HistoryEvent
from engine.models.idempotency import IdempotencyKey
from engine.models.identity import Membership, Organisation, Role, User
from engine.models.instance import Participant, ProcessInstance
from engine.models.job import Incident, Job
from engine.models.release import Release, ReleaseItem
from engine.models.subscription import StartTrigger, Subscription
from engine.models.task import TaskCandidate, UserTask

__all__ = [
    "Attachment",
    "Base",
    "BusinessField",
    "CaseLink",
    "DecisionDefinition",
    "Design",
    "FormDefinition",
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
    "PublishedDecision",
    "Release",
    "ReleaseItem",
    "Role",
    "StartTrigger",
    "Subscription",
    "TaskCandidate",
    "User",
    "UserTask",
    "UtcDateTime",
]
