/** The vectors of the Python parser's tests, in every way of cutting; then what bytes and text have of their own. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { seededRandom } from "../../../harness/ssechaos/server/static/seeded-random.js";
import { ProtocolError, SseParser } from "../../../harness/ssechaos/server/static/sse-parser.js";
import { SHARED } from "./shared.mjs";

const bytes = (text) => new TextEncoder().encode(text);

function outcome(chunks, lastEventId = "before") {
  const parser = new SseParser({ lastEventId });
  const events = chunks.flatMap((chunk) => parser.feed(chunk));
  const { reconnectionTime, comments } = parser;
  return { events, lastEventId: parser.lastEventId, reconnectionTime, comments };
}

function singly(chunk) {
  return Array.from({ length: chunk.length }, (_, at) => chunk.slice(at, at + 1));
}

function cut(chunk, random) {
  const places = Array.from({ length: 4 }, () => Math.floor(random() * (chunk.length + 1))).sort((a, b) => a - b);
  return [0, ...places].map((from, nth) => chunk.slice(from, places[nth] ?? chunk.length));
}

for (const { name, raw, expected } of SHARED?.vectors ?? []) {
  test(`vector ${name}`, () => {
    const whole = Uint8Array.from(Buffer.from(raw, "base64"));
    assert.deepEqual(outcome([whole]), expected);
    assert.deepEqual(outcome(singly(whole)), expected);
  });
}

const PIECES = [
  "data", "event", "id", "retry", "Data", ":", ": ", " ", "\t", "\0", "\r", "\n", "\r\n", "\n\n", "\r\r", "1", "42",
  "é", "😀", "\u2028", "\u0085", "\uFEFF", "data:1\n", "id:7\r\n", "event: e\n", "retry:5\n", ":c\n",
];

test("what is read does not depend on where it is cut", () => {
  const random = seededRandom(1);
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: 25 }, () => PIECES[Math.floor(random() * PIECES.length)]).join("");
    const whole = outcome([bytes(text)]);
    assert.deepEqual(outcome(cut(bytes(text), random)), whole, JSON.stringify(text));
    assert.deepEqual(outcome(singly(bytes(text))), whole, JSON.stringify(text));
    assert.deepEqual(outcome(cut(text, random)), whole, `as text: ${JSON.stringify(text)}`);
  }
});

test("a byte order mark and multi-byte characters may be cut anywhere", () => {
  const whole = bytes("\uFEFFdata:é€😀\n\n");
  for (let at = 0; at <= whole.length; at += 1) {
    assert.deepEqual(outcome([whole.slice(0, at), whole.slice(at)]).events[0]?.data, "é€😀");
  }
});

test("a CR at the end of a chunk dispatches at once, and the LF after it does nothing", () => {
  const parser = new SseParser();
  assert.equal(parser.feed("data:1\r\n\r").length, 1);
  assert.deepEqual(parser.feed(""), []);
  assert.deepEqual(parser.feed("\ndata:2\r"), []);
  assert.deepEqual(parser.feed("\n\r"), [{ type: "message", data: "2", id: null }]);
  assert.deepEqual(parser.feed("\n\n"), []);
});

test("an id is committed only when its block ends", () => {
  const parser = new SseParser();
  parser.feed("id:7\ndata:1\n");
  assert.equal(parser.lastEventId, "");
  parser.feed("\n");
  assert.equal(parser.lastEventId, "7");
});

test("a retry of any length is a finite number", () => {
  const parser = new SseParser();
  parser.feed(`retry:${"9".repeat(100_000)}\n`);
  assert.ok(Number.isFinite(parser.reconnectionTime) && parser.reconnectionTime > 1e300);
});

test("a line over its bound is an error without waiting for its end", () => {
  assert.equal(new SseParser({ maxLine: 8 }).feed("data:123\r\n\r\n").length, 1);
  const parser = new SseParser({ maxLine: 8 });
  parser.feed("data:123");
  assert.throws(() => parser.feed("4"), ProtocolError);
});

test("an event over its bound is an error, also one of empty lines", () => {
  assert.equal(new SseParser({ maxEvent: 5 }).feed("data:12\ndata:34\n\n".repeat(2)).length, 2);
  assert.throws(() => new SseParser({ maxEvent: 5 }).feed("data:12\ndata:345\n\n"), /maxEvent/);
  assert.throws(() => new SseParser({ maxEvent: 100 }).feed("data\n".repeat(102)), /maxEvent/);
});

test("events before an error are returned, and every later call throws", () => {
  const parser = new SseParser({ maxLine: 8 });
  assert.deepEqual(parser.feed("id:1\ndata:1\n\nid:2\ndata:12345\n\n"), [{ type: "message", data: "1", id: "1" }]);
  assert.equal(parser.lastEventId, "1");
  for (const chunk of ["", "\n", "data:1\n\n"]) assert.throws(() => parser.feed(chunk), ProtocolError);
});

test("a long line in many small pieces takes no quadratic time", () => {
  const parser = new SseParser({ maxLine: 8_000_005, maxEvent: 8_000_000 });
  parser.feed("data:");
  for (let nth = 0; nth < 8_000; nth += 1) parser.feed("x".repeat(1000));
  assert.equal(parser.feed("\n\n")[0].data.length, 8_000_000);
});
