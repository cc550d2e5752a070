"""Puts this folder on the path: test folders are no packages, but the planted servers are a module."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
