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

test("a stream that went well is reported so", () => {
  const metrics = new PageMetrics(null);
  metrics.show("connecting", 0);
  metrics.show("open", 1);
  metrics.countFromOne();
  for (const id of ["1", "2"]) metrics.deliver(event("x", "content_chunk", id));
  metrics.deliver(event("{}", "heartbeat"));
  metrics.deliver(event("{}", "complete"));
  metrics.complete();
  metrics.show("closed", 9);
  assert.deepEqual(metrics.report(4), {
    completed: true, delivered: 3, lost: 0, duplicates: 4, reconnect_seconds: [], stalls: 0, visible_errors: 0,
  });
});

test("a reconnect lasts from the loss of the connection until it is open again", () => {
  const metrics = new PageMetrics(null);
  metrics.show("connecting", 0);
  metrics.show("open", 1);
  metrics.show("waiting", 10);
  metrics.show("reconnecting", 11);
  metrics.show("open", 12.3456);
  metrics.show("reconnecting", 20);
  metrics.show("closed", 30);
  assert.deepEqual(metrics.report(0).reconnect_seconds, [2.346]);
  assert.equal(metrics.report(0).stalls, 1);
});

test("a first connection that takes its time is no reconnect", () => {
  const metrics = new PageMetrics(null);
  metrics.show("connecting", 0);
  metrics.show("reconnecting", 1);
  metrics.show("open", 5);
  assert.deepEqual(metrics.report(0).reconnect_seconds, []);
});

for (const [resumedAfter, contract, ids, lost] of [
  [null, true, ["1", "2"], 0],
  [null, true, ["3", "4"], 2],
  [null, false, ["3", "4", "7"], 2],
  ["5", true, ["6", "9"], 2],
  ["name", false, ["a", "b"], 0],
]) {
  test(`${ids} after ${resumedAfter} have lost ${lost}${contract ? " in the contract" : ""}`, () => {
    const metrics = new PageMetrics(resumedAfter);
    if (contract) metrics.countFromOne();
    for (const id of ids) metrics.deliver(event("x", "content_chunk", id));
    assert.equal(metrics.report(0).lost, lost);
  });
}

test("errors that the user sees are counted", () => {
  const metrics = new PageMetrics(null);
  metrics.deliver(event("{}", "error"));
  metrics.fail();
  assert.equal(metrics.report(0).visible_errors, 2);
});

test("no report is longer than the server takes", () => {
  const metrics = new PageMetrics(null);
  for (let nth = 0; nth < 600; nth += 1) {
    metrics.show("open", nth);
    metrics.show("reconnecting", nth + 0.123456);
  }
  assert.equal(metrics.report(0).reconnect_seconds.length, 500);
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
    "no. 2 · up 5.0 s · 40 sent · 55.0 s left",
  ],
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
