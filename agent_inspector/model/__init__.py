"""Runs, steps and findings as a person sees them: the values that the API, the CLI and the UI all show.

Times are milliseconds since the Unix epoch, durations milliseconds, costs US dollars.
None means unknown; unknown is never written as zero.
"""

from agent_inspector.model.comparisons import ComparedStep, Comparison, Difference, Divergence
from agent_inspector.model.contexts import (
    ContextPart,
    ContextShare,
    MessageChange,
    StepContext,
    StepProvenance,
    TracedValue,
    ValueKind,
    ValueSource,
)
from agent_inspector.model.conversations import Conversation, Direction, Turn
from agent_inspector.model.costs import CostPart, PriceSource, StepCost, TokenKind
from agent_inspector.model.findings import (
    Candidate,
    Evidence,
    Finding,
    FindingClass,
    Loss,
    LossKind,
    RunFindings,
    Severity,
    Suspect,
)
from agent_inspector.model.packs import EvidencePack, PackedStep, PackedText
from agent_inspector.model.runs import (
    FacetValue,
    Removal,
    Run,
    RunFacets,
    RunFilter,
    RunPage,
    Session,
    SessionPage,
    Stats,
)
from agent_inspector.model.searches import SearchHit, SearchPage, SearchWay, StepFilter
from agent_inspector.model.statistics import Latency, NamedUse, PeriodUse, Statistics
from agent_inspector.model.steps import Content, ReadStatus, Step, StepDetail, StepError, StepReading
from agent_inspector.model.words import Json, Status, StepKind, Tokens

__all__ = [
    "Candidate",
    "ComparedStep",
    "Comparison",
    "Content",
    "ContextPart",
    "ContextShare",
    "Conversation",
    "CostPart",
    "Difference",
    "Direction",
    "Divergence",
    "Evidence",
    "EvidencePack",
    "FacetValue",
    "Finding",
    "FindingClass",
    "Json",
    "Latency",
    "Loss",
    "LossKind",
    "MessageChange",
    "NamedUse",
    "PackedStep",
    "PackedText",
    "PeriodUse",
    "PriceSource",
    "ReadStatus",
    "Removal",
    "Run",
    "RunFacets",
    "RunFilter",
    "RunFindings",
    "RunPage",
    "SearchHit",
    "SearchPage",
    "SearchWay",
    "Session",
    "SessionPage",
    "Severity",
    "Statistics",
    "Stats",
    "Status",
    "Step",
    "StepContext",
    "StepCost",
    "StepDetail",
    "StepError",
    "StepFilter",
    "StepKind",
    "StepProvenance",
    "StepReading",
    "Suspect",
    "TokenKind",
    "Tokens",
    "TracedValue",
    "Turn",
    "ValueKind",
    "ValueSource",
]
