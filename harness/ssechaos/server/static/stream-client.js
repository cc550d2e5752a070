// @ts-check
/**
 * An event stream that survives its network: `fetch` and timers around the reconnect core.
 *
 * `EventSource` can't see comments, can't tell a dead connection from a quiet one, sends no headers and never gives
 * up; this does what it can't. See README.md for how to use it.
 */

import { policyOf } from "./policy.js";
import { ReconnectCore } from "./reconnect.js";

/** @typedef {import("./policy.js").Policy} Policy */
/** @typedef {import("./reconnect.js").Decision} Decision */
/** @typedef {import("./reconnect.js").State} State */

/**
 * @typedef {object} Surroundings
 * @property {string} lastEventId Go on after this event; default: the URL's own `last_event_id`, if it has one.
 * @property {Record<string, string>} headers Further request headers, such as `Authorization`.
 * @property {RequestCredentials} credentials As for `fetch`; default "same-origin".
 * @property {() => number} random Varies the waits; default `Math.random`.
 * @property {(request: Request) => Promise<Response>} fetch Makes the requests.
 * @property {() => number} now The time in seconds; default: the page's monotonic clock.
 */

/** @typedef {Partial<Policy & Surroundings>} Options All durations are seconds. */

const LONGEST_TIMER = 2 ** 31 - 1; // milliseconds; a browser fires a longer one at once

/**
 * One event stream, in order and exactly once.
 *
 * Dispatches `CustomEvent`s: `event` ({id, type, data}), `state` ({state}), `notice` ({message, attempt, retryIn,
 * asked}), `attempt` ({attempt, lastEventId}), `head` ({status, headers}), and at the end one of `done` and
 * `failure` ({message}), unless it is stopped.
 */
export class StreamClient extends EventTarget {
  #url;
  #core;
  #now;
  #fetch;
  #options;
  /** @type {State} */
  #state = "closed";
  /** @type {AbortController | null} The present attempt or connection. */
  #connection = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {number | null} When bytes came last on the open connection. */
  #heardAt = null;
  #longestSilence = 0;
  #stopped = false;

  /**
   * @param {string | URL} url
   * @param {Options} [options]
   * @throws {RangeError} An option makes no sense; says which.
   */
  constructor(url, options = {}) {
    super();
    this.#url = String(url);
    this.#core = new ReconnectCore(
      policyOf(options), options.random ?? Math.random, options.lastEventId ?? resumedAfter(this.#url),
    );
    this.#now = options.now ?? (() => performance.now() / 1000);
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#options = { headers: options.headers, credentials: options.credentials };
  }

  /** What the user is to be shown now; "closed" before the start. */
  get state() {
    return this.#state;
  }

  /** The id to resume after; null before the first. Hand it to another client to go on where this one ended. */
  get lastEventId() {
    return this.#core.delivery.lastEventId;
  }

  /** How many repeated events were dropped. */
  get duplicates() {
    return this.#core.delivery.duplicates;
  }

  /** The longest time without any bytes on an open connection, in seconds. */
  get longestSilence() {
    return Math.max(this.#longestSilence, this.#silence());
  }

  /**
   * Begin; once only.
   * @throws {Error} The client was started or stopped before: a stream has one client of its own.
   */
  start() {
    if (this.#core.phase !== "new") throw new Error("a StreamClient starts once: make a new one to read again");
    this.#act(this.#core.start(this.#now()));
  }

  /** End now: aborts the request, cancels every timer. Shows "closed"; neither `done` nor `failure` follows. */
  stop() {
    if (this.#core.phase === "over") return;
    this.#stopped = true; // what a listener of one decision stops, is not followed by the next one
    clearTimeout(this.#timer);
    for (const decision of this.#core.stopped()) this.#carryOut(decision);
  }

  /** @param {Decision[]} decisions */
  #act(decisions) {
    for (const decision of decisions) {
      if (this.#stopped) return;
      this.#carryOut(decision);
    }
    this.#setTimer();
  }

  /** @param {Decision} decision */
  #carryOut(decision) {
    switch (decision.kind) {
      case "hangup": return this.#hangUp();
      case "connect": return this.#connect(decision.attempt, decision.lastEventId);
      case "deliver": return this.#tell("event", decision.event);
      case "show":
        this.#state = decision.state;
        return this.#tell("state", { state: decision.state });
      case "notify": return this.#tell("notice", decision.notice);
      case "fail": return this.#tell("failure", { message: decision.message });
      case "finish": return this.#tell("done", {});
    }
  }

  /**
   * @param {string} what
   * @param {object} detail
   */
  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }

  #setTimer() {
    clearTimeout(this.#timer);
    const { deadline } = this.#core;
    if (deadline === null) return;
    const wait = Math.min(Math.max(0, (deadline - this.#now()) * 1000), LONGEST_TIMER);
    // Rounded up: a timer that is early by a fraction of a millisecond would have to be set again.
    this.#timer = setTimeout(() => this.#act(this.#core.tick(this.#now())), Math.ceil(wait));
  }

  // --- one attempt and its connection -----------------------------------------------------------------------------

  /**
   * @param {number} attempt
   * @param {string | null} lastEventId
   */
  #connect(attempt, lastEventId) {
    this.#tell("attempt", { attempt, lastEventId });
    if (this.#stopped) return;
    const connection = (this.#connection = new AbortController());
    try {
      this.#read(connection, this.#request(lastEventId, connection.signal));
    } catch (error) {
      this.#act(this.#core.refused(`no request can be made (${messageOf(error)})`));
    }
  }

  #hangUp() {
    this.#longestSilence = this.longestSilence;
    this.#heardAt = null;
    this.#connection?.abort();
    this.#connection = null;
  }

  /**
   * Make one attempt, and read its connection to the end. What comes after a hang-up is not heard.
   * @param {AbortController} connection
   * @param {Request} request
   */
  async #read(connection, request) {
    try {
      const response = await this.#fetch(request);
      if (connection !== this.#connection) return;
      this.#open(response);
      await this.#readBody(connection, response);
    } catch (error) {
      if (connection === this.#connection) this.#act(this.#core.broken(this.#reason(error), this.#now()));
    }
  }

  /** @param {Response} response */
  #open(response) {
    this.#heardAt = this.#now();
    this.#tell("head", { status: response.status, headers: response.headers });
    this.#act(this.#core.connected(response, this.#now()));
  }

  /**
   * @param {AbortController} connection
   * @param {Response} response
   */
  async #readBody(connection, response) {
    const reader = response.body?.getReader();
    while (connection === this.#connection) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (connection !== this.#connection) return;
      if (done) this.#act(this.#core.broken(null, this.#now()));
      else this.#hear(value);
    }
  }

  /** @param {Uint8Array} bytes */
  #hear(bytes) {
    this.#longestSilence = this.longestSilence;
    this.#heardAt = this.#now();
    this.#act(this.#core.received(bytes, this.#heardAt));
  }

  #silence() {
    return this.#heardAt === null ? 0 : this.#now() - this.#heardAt;
  }

  /**
   * @param {string | null} lastEventId
   * @param {AbortSignal} signal
   * @throws {TypeError} The URL, a header or the id can't be sent.
   */
  #request(lastEventId, signal) {
    const headers = new Headers({ ...this.#options.headers, Accept: "text/event-stream" });
    if (lastEventId !== null) headers.set("Last-Event-ID", asHeader(lastEventId));
    // "no-store" makes the browser send Cache-Control: no-cache, and keeps a resumed stream out of its cache.
    return new Request(this.#url, { headers, credentials: this.#options.credentials, cache: "no-store", signal });
  }

  /** @param {unknown} error */
  #reason(error) {
    if (this.#core.phase === "open") return "the connection broke in the middle of the stream";
    // All that `fetch` tells of a network error is that it is a TypeError, each browser in words of its own.
    return `the server can't be reached${error instanceof TypeError ? "" : ` (${messageOf(error)})`}`;
  }
}

/**
 * The id as a header value: UTF-8, one character for each byte, as EventSource sends it.
 * @param {string} id
 */
function asHeader(id) {
  return String.fromCharCode(...new TextEncoder().encode(id));
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {string} url */
function resumedAfter(url) {
  const query = url.split("#")[0].split("?").slice(1).join("?");
  return new URLSearchParams(query).get("last_event_id");
}
