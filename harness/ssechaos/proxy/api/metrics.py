"""The proxies' counters in Prometheus' text format (version 0.0.4): Toxiproxy's own two families, and ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssechaos.proxy.api.served import ServedProxy

_DIRECTIONS = ("upstream", "downstream")

Sample = tuple[dict[str, str], float]


def render(proxies: Iterable[ServedProxy]) -> str:
    """All counters as one page."""
    return "\n".join([*_lines(list(proxies)), ""])


def _lines(proxies: list[ServedProxy]) -> Iterator[str]:
    for name, meaning in (
        ("received", "Bytes that came in."),
        ("sent", "Bytes that went out, behind the toxics."),
    ):
        yield from _family(f"toxiproxy_proxy_{name}_bytes_total", "counter", meaning, _bytes(proxies, name))
    for name, meaning in (
        ("connections", "Connections that were accepted."),
        ("events", "Server-sent events that went out."),
    ):
        samples = [({"proxy": proxy.name}, proxy.counters()[name]) for proxy in proxies]
        yield from _family(f"ssechaos_proxy_{name}_total", "counter", meaning, samples)
    yield from _family(
        "ssechaos_proxy_connections",
        "gauge",
        "Connections that live.",
        [({"proxy": proxy.name}, proxy.live) for proxy in proxies],
    )
    yield from _family(
        "ssechaos_toxic_evidence", "gauge", "What a toxic did since its proxy was enabled.", _evidence(proxies)
    )


def _bytes(proxies: list[ServedProxy], name: str) -> Iterator[Sample]:
    for proxy in proxies:
        counters = proxy.counters()
        for direction in _DIRECTIONS:
            labels = {
                "direction": direction,
                "listener": proxy.listen,
                "proxy": proxy.name,
                "upstream": proxy.upstream,
            }
            yield labels, counters[f"{name}_{direction}"]


def _evidence(proxies: list[ServedProxy]) -> Iterator[Sample]:
    for proxy in proxies:
        for toxic, evidence in proxy.evidence().items():
            for name, value in evidence.items():
                yield {"proxy": proxy.name, "toxic": toxic, "name": name}, value


def _family(name: str, kind: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{told}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
