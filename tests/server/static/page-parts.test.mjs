/** The parts of the page that are no view: its settings, its figures, its words, its dice. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { PageMetrics } from "../../../harness/ssechaos/server/static/page-metrics.js";
import { settingsFrom } from "../../../harness/ssechaos/server/static/page-settings.js";
import { readable } from "../../../harness/ssechaos/server/static/readable.js";
import { seededRandom, traceId } from "../../../harness/ssechaos/server/static/seeded-random.js";

const settings = (query, beacon = "beacon") => settingsFrom(new URLSearchParams(query), beacon);
const event = (data, type = "message", id = null) => ({ type, data, id });

test("an address that says nothing leaves everything as it is", () => {
  assert.deepEqual(settings(""), { stream: null, autostart: false, seed: null, beacon: "beacon", policy: {} });
});

test("an address can name the stream and the whole policy", () => {
  const query = "stream=%2Fs%3Fa%3D1&autostart=1&seed=7&beacon=/elsewhere&silenceThreshold=2.5&backoff=1,2,4"
    + "&maxAttempts=3&adoptServerThreshold=0&until=event:bye";
  assert.deepEqual(settings(query), {
    stream: "/s?a=1",
    autostart: true,
    seed: 7,
    beacon: "/elsewhere",
    policy: {
      silenceThreshold: 2.5, backoff: [1, 2, 4], maxAttempts: 3, adoptServerThreshold: false, until: "event:bye",
    },
  });
});

test("an empty beacon turns it off, and without the page's own there is none", () => {
  assert.deepEqual([settings("beacon=").beacon, settings("", null).beacon], [null, null]);
});

for (const query of ["seed=x", "seed=", "silenceThreshold=soon", "backoff=1,,2", "jitter=Infinity"]) {
  test(`an address with ${query} says what is wrong`, () => {
    assert.throws(() => settings(query), { name: "RangeError", message: new RegExp(`^${query.split("=")[0]} in`) });
  });
}

function metricsOf(ids, { resumedAfter = null, contract = false } = {}) {
  const metrics = new PageMetrics(resumedAfter);
  metrics.show("connecting", 0);
  metrics.show("open", 1);
  if (contract) metrics.countFromOne();
  for (const id of ids) metrics.deliver(event("x", "content_chunk", id), 1);
  return metrics;
}

test("a stream that went well is reported so", () => {
  const metrics = metricsOf(["1", "2"], { contract: true });
  metrics.deliver(event("{}", "heartbeat"), 2);
  metrics.deliver(event("{}", "complete"), 3);
  metrics.complete();
  metrics.show("closed", 9);
  assert.deepEqual(metrics.report(), {
    completed: true, delivered: 2, lost: 0, duplicates: 0, reconnect_seconds: [], stalls: 0, visible_errors: 0,
  });
});

test("a reconnect lasts from the loss of the connection until the next event", () => {
  const metrics = metricsOf(["1"]);
  metrics.show("waiting", 10);
  metrics.show("reconnecting", 11);
  metrics.show("open", 12);
  metrics.deliver(event("{}", "heartbeat"), 12.3456);
  metrics.show("reconnecting", 20);
  metrics.show("closed", 30);
  assert.deepEqual(metrics.report().reconnect_seconds, [2.346]);
  assert.equal(metrics.report().stalls, 1);
});

test("a first connection that takes its time is no reconnect", () => {
  const metrics = new PageMetrics(null);
  metrics.show("connecting", 0);
  metrics.show("reconnecting", 1);
  metrics.show("open", 5);
  metrics.deliver(event("x"), 6);
  assert.deepEqual(metrics.report().reconnect_seconds, []);
});

for (const [ids, more, lost, duplicates] of [
  [["1", "2"], { contract: true }, 0, 0],
  [["3", "4"], { contract: true }, 2, 0],
  [["3", "4", "7"], {}, 2, 0],
  [["6", "9"], { resumedAfter: "5", contract: true }, 2, 0],
  [["a", "b"], { resumedAfter: "name" }, 0, 0],
  [["1", "2", "1", "2", "3"], {}, 0, 2],
]) {
  test(`${ids} with ${JSON.stringify(more)} have lost ${lost} and show ${duplicates} again`, () => {
    const report = metricsOf(ids, more).report();
    assert.deepEqual([report.lost, report.duplicates], [lost, duplicates]);
  });
}

test("what the user was told is counted", () => {
  const metrics = metricsOf([]);
  metrics.tell();
  metrics.tell();
  assert.equal(metrics.report().visible_errors, 2);
});

test("no report is longer than the server takes", () => {
  const metrics = metricsOf([]);
  for (let nth = 0; nth < 600; nth += 1) {
    metrics.show("reconnecting", nth);
    metrics.deliver(event("x"), nth + 0.123456);
  }
  assert.equal(metrics.report().reconnect_seconds.length, 500);
});

for (const [given, words] of [
  [event('{"seq": 1, "text": "hello"}', "content_chunk"), "hello"],
  [event('{"choices": [{"delta": {"content": "hi"}}]}'), "hi"],
  [event('{"type": "content_block_delta", "delta": {"text": "ho"}}', "content_block_delta"), "ho"],
  [event('{"reason": "duration_cap"}', "complete"), "Stream complete (duration_cap)."],
  [event('{"reason": "shutdown"}', "error"), "The server reports an error: shutdown."],
  [event("[DONE]"), null],
  [event('{"text": 7}'), null],
  [event('"a string"'), null],
  [event("null"), null],
  [event("<script>alert(1)</script>"), null],
  [
    event('{"uptime_seconds": 5, "events_sent": 40, "heartbeat_count": 2, "seconds_remaining": 55.04}', "heartbeat"),
    "no. 2 · up 5.0\u00A0s · 40 sent · 55.0\u00A0s\u00A0left",
  ],
  [event('{"seconds_remaining": 3599}', "heartbeat"), "60\u00A0min\u00A0left"],
  [event("{}", "heartbeat"), null],
]) {
  test(`${given.type} ${given.data} is read as ${words}`, () => assert.equal(readable(given), words));
}

test("a seed gives the same numbers every time, from 0 up to 1, and another seed others", () => {
  const draw = (seed) => {
    const random = seededRandom(seed);
    return Array.from({ length: 1000 }, () => random());
  };
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
  assert.ok(draw(3).every((value) => value >= 0 && value < 1));
  const mean = draw(4).reduce((sum, value) => sum + value) / 1000;
  assert.ok(Math.abs(mean - 0.5) < 0.05);
});

test("a trace id is 32 hexadecimal digits", () => {
  assert.match(traceId(seededRandom(1)), /^[0-9a-f]{32}$/);
});
