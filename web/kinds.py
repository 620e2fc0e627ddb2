"""Kinds of events, as people look for them: each type of fact belongs to one."""

from __future__ import annotations

from collections.abc import Mapping

from web.words import _

KINDS: Mapping[str, frozenset[str]] = {
    "report": frozenset({"instance_started", "work_order_opened", "fault_recurred"}),
    "work": frozenset({"task_created", "task_claimed", "task_unclaimed", "task_completed", "task_retimed"}),
    "lights": frozenset({"sla_warned", "sla_breached", "sla_escalated"}),
    "clocks": frozenset({"clock_started", "clock_stopped", "clock_voided", "clock_extended", "breach_final"}),
    "deferral": frozenset({"deferral_applied", "deferral_granted", "deferral_refused"}),
    "comments": frozenset({"commented"}),
    "files": frozenset({"attached"}),
    "end": frozenset({"instance_completed", "instance_cancelled", "cancel_requested"}),
    "suspension": frozenset({"instance_suspended", "instance_resumed"}),
    "relations": frozenset({"case_linked", "case_unlinked", "participant_added"}),
    "messages": frozenset(
        {"event_awaited", "event_received", "event_thrown", "message_kept", "message_expired", "signal_sent"}
    ),
    "flow": frozenset(
        {"element_completed", "element_cancelled", "decision_made", "call_started", "call_completed", "call_cancelled"}
    ),
    "timers": frozenset({"timer_armed", "timer_retimed", "timer_disarmed", "timer_fired"}),
    "trouble": frozenset(
        {"service_requested", "job_failed", "incident_raised", "job_retried", "error_raised", "escalation_not_caught"}
        | {"start_failed"}
    ),
    "ledger": frozenset({"device_replaced", "ledger_changed", "contract_created"}),
    "sign_in": frozenset(
        {"signed_in", "signed_out", "sign_in_failed", "session_displaced", "session_idle", "session_expired"}
        | {"session_revoked"}
    ),
    "accounts": frozenset(
        {"password_changed", "user_created", "api_key_created", "api_key_revoked", "organisation_created"}
        | {"roles_changed", "password_reset", "password_reset_asked", "reset_link_issued", "account_leaked"}
        | {"second_factor_set_up", "second_factor_removed", "recovery_code_used"}
    ),
    "design": frozenset(
        {"design_created", "design_edited", "design_kept", "design_discarded", "design_rebased", "story_saved"}
        | {"story_deleted", "stories_played", "release_submitted", "release_returned", "release_withdrawn"}
    ),
    "publication": frozenset(
        {"definition_published", "decisions_published", "form_published", "pack_published", "release_published"}
    ),
    "export": frozenset({"ledger_exported", "history_exported", "history_verified", "uploads_discarded"}),
}
"""Kind -> the types of its facts."""

OF_NO_CASE = frozenset({"sign_in", "accounts", "design", "publication", "export"})
"""Kinds that only who may verify history is shown."""


def kind_words(kind: str) -> str:
    """In the reader's language."""
    return _names()[kind]


def _names() -> dict[str, str]:
    return {
        "report": _("Reports and recurrences"),
        "work": _("Tasks: offered, claimed, completed"),
        "lights": _("Lights: yellow, red, escalated"),
        "clocks": _("Clocks: started, stopped, moved"),
        "deferral": _("Deferrals"),
        "comments": _("Comments"),
        "files": _("Photos and files"),
        "end": _("Ends and cancellations"),
        "suspension": _("Suspensions"),
        "relations": _("Links and parties"),
        "messages": _("Messages and signals"),
        "flow": _("Path through the diagram"),
        "timers": _("Timers"),
        "trouble": _("Failures of the engine"),
        "ledger": _("Ledger and contracts"),
        "sign_in": _("Sign-ins"),
        "accounts": _("Accounts and keys"),
        "design": _("Designs, releases and stories"),
        "publication": _("Publications"),
        "export": _("Exports and verifications"),
    }
