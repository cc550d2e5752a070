"""The words of ssechaos as frozen values: scenario, step, workload, entry, history, verdict. No I/O."""

from ssechaos.model.entries import Entry, digest
from ssechaos.model.fault import FAULTS, Disruption, Fault, fault_from_json, register
from ssechaos.model.history import Conditions, History, Recorder, history_from_lines
from ssechaos.model.objective import DEFAULT_OBJECTIVES, Objective, ObjectiveResult, objectives
from ssechaos.model.run import Run, skipped
from ssechaos.model.scenario import Scenario, Step, scenario_from_json
from ssechaos.model.settings import GATEWAY_POLICY, ClientPolicy, Clients, ServerSettings, Workload
from ssechaos.model.terms import Ending, Numbering, Terms, Until
from ssechaos.model.verdict import FaultReport, Finding, Findings, Judgement, Side, Verdict, worst

__all__ = [
    "DEFAULT_OBJECTIVES",
    "FAULTS",
    "GATEWAY_POLICY",
    "ClientPolicy",
    "Clients",
    "Conditions",
    "Disruption",
    "Ending",
    "Entry",
    "Fault",
    "FaultReport",
    "Finding",
    "Findings",
    "History",
    "Judgement",
    "Numbering",
    "Objective",
    "ObjectiveResult",
    "Recorder",
    "Run",
    "Scenario",
    "ServerSettings",
    "Side",
    "Step",
    "Terms",
    "Until",
    "Verdict",
    "Workload",
    "digest",
    "fault_from_json",
    "history_from_lines",
    "objectives",
    "register",
    "scenario_from_json",
    "skipped",
    "worst",
]
