"""SSE clients: the face that the harness sees, their registry, and the reference client."""

from __future__ import annotations

from ssechaos.client.base import CLIENTS, Application, Client, SharingClient, register
from ssechaos.client.browser import BrowserClient
from ssechaos.client.reference import ReferenceClient

__all__ = ["CLIENTS", "Application", "BrowserClient", "Client", "ReferenceClient", "SharingClient", "register"]
