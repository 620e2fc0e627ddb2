"""Plugs the maintenance domain into the engine; called once by create_app."""

from __future__ import annotations

from engine.extensions import Extensions
from forms.designs import FormDesigns
from forms.library import FormLibrary
from maintenance import deferral_application, deferral_decision, recurrence, sla
from maintenance.choices import CaseForms
from maintenance.ledger import repairs
from maintenance.ledger.replacing import REPLACE
from maintenance.packs.pinned import PACK_DECISIONS
from maintenance.partners import partners
from maintenance.work_orders import WORK_ORDER


def install(extensions: Extensions, forms: FormLibrary) -> None:
    extensions.add_case_kind(WORK_ORDER)
    extensions.add_case_kind(deferral_application.DEFERRAL)
    extensions.add_listener(sla.LISTENER)
    extensions.add_listener(repairs.LISTENER)
    extensions.add_service(sla.RECORD)
    extensions.add_service(deferral_decision.EXTEND)
    extensions.add_service(deferral_decision.REFUSE)
    extensions.endings.append(deferral_decision.ended)
    extensions.add_service(recurrence.COUNT)
    extensions.decisions.append(PACK_DECISIONS)
    extensions.add_service(REPLACE)
    extensions.endings.append(sla.ended)
    for function in sla.FUNCTIONS:
        extensions.functions.add(function)
    extensions.forms = CaseForms(forms)
    extensions.add_design_kind(FormDesigns())
    extensions.partners = partners
