"""Runs and steps out of stored spans: the one translator between what is recorded and what people see."""

from agent_inspector.query.analysis import find_findings, get_context, get_conversation, get_provenance
from agent_inspector.query.changes import changed_runs
from agent_inspector.query.comparing import compare
from agent_inspector.query.costs import get_cost
from agent_inspector.query.cursor import QueryError
from agent_inspector.query.details import get_step, list_details
from agent_inspector.query.events import event_data
from agent_inspector.query.export import export_run
from agent_inspector.query.ids import find_run_id
from agent_inspector.query.judging import judge_pending, take_up_rules
from agent_inspector.query.narrowing import get_facets
from agent_inspector.query.outlines import outline_of
from agent_inspector.query.overviews import get_activity, get_statistics, list_sessions
from agent_inspector.query.packing import find_failed_run, pack_evidence, pack_text
from agent_inspector.query.reading import list_session_runs, read_steps
from agent_inspector.query.runs import get_run, list_runs
from agent_inspector.query.search import search
from agent_inspector.query.soundness import Soundness, check_soundness
from agent_inspector.query.stats import get_stats
from agent_inspector.query.steps import count_steps, list_steps

__all__ = [
    "QueryError",
    "Soundness",
    "changed_runs",
    "check_soundness",
    "compare",
    "count_steps",
    "event_data",
    "export_run",
    "find_failed_run",
    "find_findings",
    "find_run_id",
    "get_activity",
    "get_context",
    "get_conversation",
    "get_cost",
    "get_facets",
    "get_provenance",
    "get_run",
    "get_statistics",
    "get_stats",
    "get_step",
    "judge_pending",
    "list_details",
    "list_runs",
    "list_session_runs",
    "list_sessions",
    "list_steps",
    "outline_of",
    "pack_evidence",
    "pack_text",
    "read_steps",
    "search",
    "take_up_rules",
]
