"""Reports: one summary, and renderers that take nothing else, so that all of them tell the same verdict."""

from ssechaos.report.files import link_latest, run_folder, write_reports, write_verdict
from ssechaos.report.history import HistoryFile, read_history
from ssechaos.report.junit import junit_xml
from ssechaos.report.markdown import summary_markdown
from ssechaos.report.summary import summarize, summarize_run
from ssechaos.report.terminal import verdict_table

__all__ = [
    "HistoryFile",
    "junit_xml",
    "link_latest",
    "read_history",
    "run_folder",
    "summarize",
    "summarize_run",
    "summary_markdown",
    "verdict_table",
    "write_reports",
    "write_verdict",
]
