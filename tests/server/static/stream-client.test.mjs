/** The driver, on a server that is a script and a clock that is turned by hand. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { StreamClient } from "../../../harness/ssechaos/server/static/stream-client.js";

const TYPE = { "Content-Type": "text/event-stream" };
const CONTRACT = { ...TYPE, "X-Stream-Max-Seconds": "60", "X-Silence-Threshold": "10" };

/** What the client asked for, and what it is answered. */
class Server {
  requests = [];
  /** The controllers of the bodies that were handed out. */
  bodies = [];
  cancelled = 0;
  aborted = 0;
  answers = [];

  fetch = (request) => {
    this.requests.push(request);
    const answer = this.answers.shift() ?? (() => this.stream());
    return new Promise((resolve, reject) => {
      request.signal.addEventListener("abort", () => {
        this.aborted += 1;
        reject(request.signal.reason);
      });
      Promise.resolve(answer(request)).then(resolve, reject);
    });
  };

  stream(headers = CONTRACT) {
    const body = new ReadableStream({
      start: (controller) => this.bodies.push(controller),
      cancel: () => { this.cancelled += 1; },
    });
    return new Response(body, { headers });
  }

  send(text) {
    this.bodies.at(-1).enqueue(new TextEncoder().encode(text));
  }

  get resumedAfter() {
    return this.requests.map((request) => request.headers.get("Last-Event-ID"));
  }
}

const never = () => new Promise(() => {});
const failing = (error = new TypeError("Failed to fetch")) => () => Promise.reject(error);
const chunks = (...ids) => ids.map((id) => `id: ${id}\ndata: chunk ${id}\n\n`).join("");

/** Let everything happen that does not wait for a timer. */
async function settle() {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}

async function pass(seconds) {
  mock.timers.tick(seconds * 1000);
  await settle();
}

/** A client whose telling is noted. */
function made(server, options = {}) {
  const client = new StreamClient("http://server/stream", {
    jitter: 0, fetch: server.fetch, now: () => Date.now() / 1000, ...options,
  });
  const told = [];
  for (const what of ["event", "state", "notice", "attempt", "head", "failure", "done"]) {
    client.addEventListener(what, ({ detail }) => told.push([what, detail]));
  }
  const of = (what) => told.filter(([kind]) => kind === what).map(([, detail]) => detail);
  return { client, told, of, states: () => of("state").map(({ state }) => state), ids: () => of("event").map(({ id }) => id) };
}

async function started(server, options) {
  const user = made(server, options);
  user.client.start();
  await settle();
  return user;
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

test("a stream is read to its end, in order, and nothing is left", async () => {
  const server = new Server();
  const { client, of, states, ids } = await started(server);
  server.send(chunks(1, 2));
  await settle();
  server.send(`${chunks(3)}event: complete\ndata: {"events": 3}\n\n`);
  await settle();
  assert.deepEqual(ids(), ["1", "2", "3", null]);
  assert.deepEqual(of("event")[0], { id: "1", type: "message", data: "chunk 1" });
  assert.deepEqual(states(), ["connecting", "open", "closed"]);
  assert.equal(of("done").length, 1);
  assert.equal(server.aborted, 1);
  await pass(1000);
  assert.equal(server.requests.length, 1);
  assert.equal(client.state, "closed");
});

test("the request is what EventSource would send, with headers of one's own", async () => {
  const server = new Server();
  await started(server, { headers: { "X-Trace-ID": "t" } });
  const [request] = server.requests;
  assert.equal(request.headers.get("Accept"), "text/event-stream");
  assert.equal(request.headers.get("X-Trace-ID"), "t");
  assert.equal(request.headers.has("Last-Event-ID"), false);
  assert.deepEqual([request.cache, request.credentials], ["no-store", "same-origin"]);
});

test("the head of the answer is told of", async () => {
  const { of } = await started(new Server());
  assert.equal(of("head")[0].status, 200);
  assert.equal(of("head")[0].headers.get("x-silence-threshold"), "10");
});

test("a broken connection is announced, and resumed after the last event", async () => {
  const server = new Server();
  const { of, states, ids } = await started(server);
  server.send(chunks(1, 2));
  await settle();
  server.bodies[0].error(new TypeError("network error"));
  await settle();
  assert.deepEqual(of("notice"), [{
    message: "Connection lost: the connection broke in the middle of the stream. Try 1 of 20 in 1.0 s.",
    attempt: 1, retryIn: 1, asked: null,
  }]);
  await pass(0.999);
  assert.equal(server.requests.length, 1);
  await pass(0.001);
  server.send(chunks(2, 3));
  await settle();
  assert.deepEqual(server.resumedAfter, [null, "2"]);
  assert.deepEqual(of("attempt"), [{ attempt: 0, lastEventId: null }, { attempt: 0, lastEventId: "2" }]);
  assert.deepEqual(ids(), ["1", "2", "3"]);
  assert.deepEqual(states(), ["connecting", "open", "reconnecting", "open"]);
});

test("the end of a connection is not the end of the stream", async () => {
  const server = new Server();
  const { of } = await started(server);
  server.bodies[0].close();
  await settle();
  assert.match(of("notice")[0].message, /the server ended it before the stream was complete/);
});

test("silence is shown as Waiting after the server's own threshold, and the dead connection is dropped", async () => {
  const server = new Server();
  const { client, of, states } = await started(server);
  await pass(9);
  server.send(": alive\n\n");
  await settle();
  await pass(9.9);
  assert.deepEqual(states(), ["connecting", "open"]);
  await pass(0.1);
  assert.equal(client.state, "waiting");
  assert.equal(server.cancelled + server.aborted > 0, true);
  assert.match(of("notice")[0].message, /^Waiting… nothing has come for 10\.0 s\./);
  assert.equal(client.longestSilence, 10);
  await pass(1);
  assert.deepEqual(states(), ["connecting", "open", "waiting", "reconnecting", "open"]);
});

test("the client's own threshold holds when it is told so", async () => {
  const { states } = await started(new Server(), { silenceThreshold: 3, adoptServerThreshold: false });
  await pass(3);
  assert.equal(states().at(-1), "waiting");
});

test("an attempt that gets no answer is given up in time", async () => {
  const server = new Server();
  server.answers.push(never);
  const { of } = await started(server);
  await pass(5);
  assert.equal(server.aborted, 1);
  assert.match(of("notice")[0].message, /^No connection: no answer within 5 s\. Try 2 of 20/);
});

test("tries are bounded, their waits grow, and the end is visible", async () => {
  const server = new Server();
  server.answers = Array.from({ length: 9 }, () => failing());
  const { of, states } = await started(server, { maxAttempts: 4 });
  for (let turn = 0; turn < 20; turn += 1) await pass(1);
  assert.equal(server.requests.length, 4);
  assert.deepEqual(of("notice").map(({ retryIn }) => retryIn), [1, 2, 4]);
  assert.deepEqual(of("failure"), [{
    message: "No connection: the server can't be reached. Gave up: tries that failed in a row: 4.",
  }]);
  assert.deepEqual(states(), ["connecting", "reconnecting", "closed"]);
});

test("jitter comes from the function that is handed in", async () => {
  const server = new Server();
  server.answers.push(failing());
  const { of } = await started(server, { jitter: 0.1, random: () => 0.75 });
  assert.equal(of("notice")[0].retryIn.toFixed(6), "1.050000");
});

test("a server that asks to be left alone is", async () => {
  const server = new Server();
  server.answers.push(() => new Response("", { status: 503, headers: { "Retry-After": "7" } }));
  const { of } = await started(server);
  assert.deepEqual([of("notice")[0].retryIn, of("notice")[0].asked], [7, 7]);
  await pass(6.9);
  assert.equal(server.requests.length, 1);
  await pass(0.1);
  assert.equal(server.requests.length, 2);
});

for (const [what, answer, words] of [
  ["204", () => new Response(null, { status: 204 }), /204 No Content/],
  ["404", () => new Response("", { status: 404 }), /404 Not Found; check the URL/],
  ["another media type", () => new Response("", { headers: { "Content-Type": "text/html" } }), /'text\/html'/],
]) {
  test(`${what} is the end, told, and not tried again`, async () => {
    const server = new Server();
    server.answers.push(answer);
    const { of } = await started(server);
    assert.match(of("failure")[0].message, words);
    await pass(1000);
    assert.equal(server.requests.length, 1);
  });
}

test("a missing event is asked for again when it does not come by itself", async () => {
  const server = new Server();
  const { of, ids } = await started(server);
  server.send(chunks(1, 3));
  await settle();
  assert.deepEqual(ids(), ["1"]);
  await pass(0.25);
  assert.match(of("notice")[0].message, /^Event 2 is missing: asking for a replay\. Try 1 of 20 now\.$/);
  await pass(0);
  server.send(chunks(2, 3, 4));
  await settle();
  assert.deepEqual(server.resumedAfter, [null, "1"]);
  assert.deepEqual(ids(), ["1", "2", "3", "4"]);
});

test("a gap that the server declares is told, and the stream goes on behind it", async () => {
  const server = new Server();
  const { client, of, ids } = await started(server);
  server.send(`event: gap\ndata: {"from": 1, "to": 2, "reason": "evicted"}\n\n${chunks(3)}`);
  await settle();
  assert.match(of("notice")[0].message, /events 1 to 2 any more \(evicted\): they are lost/);
  assert.deepEqual(ids(), [null, "3"]);
  assert.equal(client.lastEventId, "3");
});

test("repeats are dropped and counted; events without id never are", async () => {
  const server = new Server();
  const { client, ids } = await started(server);
  server.send(`${chunks(1, 1)}data: same\n\ndata: same\n\n`);
  await settle();
  assert.deepEqual(ids(), ["1", null, null]);
  assert.equal(client.duplicates, 1);
});

test("the reconnection time of the stream is kept", async () => {
  const server = new Server();
  const { of } = await started(server);
  server.send("retry: 3000\n\n");
  await settle();
  server.bodies[0].close();
  await settle();
  assert.equal(of("notice")[0].retryIn, 3);
});

for (const [until, text] of [
  [undefined, "data: [DONE]\n\n"],
  [undefined, "event: message_stop\ndata: {}\n\n"],
  ["event:bye", "event: complete\ndata: no\n\nevent: bye\ndata: yes\n\n"],
  ["data:over", "data: over\n\n"],
  ["bye", "event: bye\ndata: yes\n\n"],
  ["over", "data: over\n\n"],
  ["events:2", chunks(1, 2)],
]) {
  test(`a stream until ${until ?? "its usual end"} is complete after ${JSON.stringify(text)}`, async () => {
    const server = new Server();
    const { of } = await started(server, until === undefined ? {} : { until });
    server.send(text);
    await settle();
    assert.equal(of("done").length, 1);
  });
}

for (const [when, prepare] of [
  ["before the answer", (server) => { server.answers.push(never); }],
  ["while it is open", () => {}],
  ["while it waits for a retry", (server) => { server.answers.push(failing()); }],
]) {
  test(`stop ${when} cancels everything`, async () => {
    const server = new Server();
    prepare(server);
    const { client, told, states } = await started(server);
    client.stop();
    await settle();
    assert.equal(states().at(-1), "closed");
    const before = told.length;
    server.bodies.at(-1)?.error(new TypeError("gone"));
    await pass(1000);
    assert.equal(told.length, before);
    assert.equal(server.requests.length, 1);
    assert.equal(server.requests[0].signal.aborted, true);
    assert.throws(() => client.start(), /starts once/);
  });
}

test("a listener that stops the stream gets no event after that", async () => {
  const server = new Server();
  const { client, ids, of } = await started(server);
  client.addEventListener("event", ({ detail }) => { if (detail.id === "2") client.stop(); });
  server.send(chunks(1, 2, 3));
  await settle();
  assert.deepEqual(ids(), ["1", "2"]);
  assert.equal(of("done").length + of("failure").length, 0);
});

test("a listener that stops before the first request sees none made", async () => {
  const server = new Server();
  const { client } = made(server);
  client.addEventListener("attempt", () => client.stop());
  client.start();
  await settle();
  assert.equal(server.requests.length, 0);
});

test("another client goes on where one ended", async () => {
  const server = new Server();
  await started(server, { lastEventId: "7" });
  assert.deepEqual(server.resumedAfter, ["7"]);
});

test("an address that names its last event goes on there", async () => {
  const server = new Server();
  const client = new StreamClient("http://server/stream?a=1&last_event_id=9#x", { fetch: server.fetch });
  client.start();
  await settle();
  assert.deepEqual(server.resumedAfter, ["9"]);
  client.stop();
});

test("an id goes into its header as UTF-8", async () => {
  const server = new Server();
  await started(server, { lastEventId: "…é" });
  assert.equal(Buffer.from(server.resumedAfter[0], "latin1").toString("utf-8"), "…é");
});

test("what can't be asked for at all is a visible failure", async () => {
  const server = new Server();
  const { of } = made(server);
  const client = new StreamClient("http://:bad url:", { fetch: server.fetch });
  const failures = [];
  client.addEventListener("failure", ({ detail }) => failures.push(detail.message));
  client.start();
  await settle();
  assert.match(failures[0], /^Gave up: no request can be made/);
  assert.deepEqual([server.requests.length, of("failure").length], [0, 0]);
});

for (const wrong of [{ maxAttempts: NaN }, { backoff: [] }, { backoff: [-1] }, { jitter: -0.1 }, { until: "events:0" }]) {
  test(`the option ${JSON.stringify(wrong)} is refused`, () => {
    assert.throws(() => new StreamClient("http://server/", wrong), RangeError);
  });
}

test("no timer is set for longer than a browser can", async () => {
  const set = mock.method(globalThis, "setTimeout");
  const { client } = await started(new Server(), { silenceThreshold: 1e8, adoptServerThreshold: false });
  client.stop();
  const waits = set.mock.calls.map(({ arguments: [, wait] }) => wait);
  set.mock.restore();
  assert.equal(Math.max(...waits), 2 ** 31 - 1);
});
