"""The tables of moderation: cases and their reports, actions that can be taken back exactly, the screening, and the audit trail."""

from moderation.models.actions import COLUMNS, Action
from moderation.models.audit import PRIVATE_VERBS, AuditEntry
from moderation.models.cases import KIND_MASK, LENGTHS, Case, Reason, Report
from moderation.models.evidence import EvidenceCopy
from moderation.models.screening import Keyword, Screening

__all__ = [
    "COLUMNS",
    "KIND_MASK",
    "LENGTHS",
    "PRIVATE_VERBS",
    "Action",
    "AuditEntry",
    "Case",
    "EvidenceCopy",
    "Keyword",
    "Reason",
    "Report",
    "Screening",
]
