"""The errors that ssechaos raises, all of one family.

Each says what went wrong, where, and what to do next. Exceptions of other libraries are mapped to these at
the I/O border, so a caller needs to know one family only.
"""

from __future__ import annotations


class SSEChaosError(Exception):
    """The root of every error that ssechaos raises on purpose."""


class UsageError(SSEChaosError):
    """What was asked for can't be done as asked: a name, an option or a value is wrong (exit code 2)."""


class TargetError(SSEChaosError):
    """The server under test can't be used: refused, not an event stream, a wrong status (INVALID)."""


class ClientError(SSEChaosError):
    """The client under test can't be run here: what it lives in, such as a browser, does not start (INVALID)."""


class NetworkError(SSEChaosError):
    """The faulty network itself broke, so nothing that was observed can be trusted (INVALID)."""


class ProtocolError(SSEChaosError):
    """A peer sent bytes that its protocol does not allow, or more of them than the bound."""


class ReportError(SSEChaosError):
    """A report could not be written: no space, no rights, or something else stands in its place."""
