"""The page at ``/``: what the server offers."""

from __future__ import annotations

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>ssechaos reference server</title>
<h1>ssechaos reference server</h1>
<ul>
<li><a href="/stream?events=20&amp;interval=0.5"><code>/stream</code></a>: Server-Sent Events; takes
<code>events=</code>, <code>interval=</code>, <code>size=</code>, <code>stream=NAME</code>;
<code>Last-Event-ID</code> or <code>last_event_id=</code> resumes</li>
<li><a href="/healthz"><code>/healthz</code></a>: is the server up?</li>
<li><a href="/metrics"><code>/metrics</code></a>: counters for Prometheus</li>
</ul>
</html>
"""
