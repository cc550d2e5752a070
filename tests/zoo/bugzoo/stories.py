"""Small scenarios for bugs that the catalogue does not bring out, or not by themselves."""

from __future__ import annotations

from ssechaos.faults import Bandwidth, CutInEvent, Reset, Slicer
from ssechaos.model import Clients, Scenario, ServerSettings, Step, Workload, objectives

STORIES: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            name="calm",
            does="nothing at all",
            workload=Workload(events=30, interval=0.1, size=2000),
            objectives=objectives("reconnects <= 0"),
        ),
        Scenario(
            name="seven_minutes",
            does="nothing, for longer than the total timeouts of HTTP clients",
            workload=Workload(events=42, interval=10.0),
            objectives=objectives("reconnects <= 0"),
            deadline=500.0,
        ),
        Scenario(
            name="reset_when_up_to_date",
            does="a reset after which the client has missed nothing",
            workload=Workload(events=4, interval=4.0),
            schedule=(Step(Reset(), 5.0, 5.0),),
        ),
        Scenario(
            name="accepted_then_cut",
            does="four connections in a row are accepted and cut in their first event",
            workload=Workload(events=50, interval=0.2),
            schedule=(Step(CutInEvent(event=1, times=4)),),
        ),
        Scenario(
            name="one_of_two_cut",
            does="one of two clients is cut; the other one sees the stream go on",
            workload=Workload(events=50, interval=0.1),
            schedule=(Step(CutInEvent(event=5, times=1)),),
            clients=Clients(count=2),
        ),
        Scenario(
            name="slow_reader_of_a_short_history",
            does="a reader at 800 kbit/s, while the server sends four times as much and keeps twenty events",
            workload=Workload(events=200, interval=0.02, size=8000),
            schedule=(Step(Bandwidth(rate=100_000.0), 0.0, 5.0),),
            server=ServerSettings(history=20, send_buffer=8 * 1024),
            objectives=objectives("completion_rate >= 0.1", "lost <= 180"),
        ),
        Scenario(
            name="byte_by_byte",
            does="from 1 s on every byte comes by itself, a millisecond after the one before",
            workload=Workload(events=20, interval=0.3, size=150),
            schedule=(Step(Slicer(size=1, gap=0.001), 1.0),),
        ),
    )
}
"""The stories by name."""
