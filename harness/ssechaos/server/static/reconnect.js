// @ts-check
/**
 * The reconnect state machine: inputs with their time in, decisions and a deadline out.
 *
 * No clock, timer or socket: a driver (stream-client.js) tells what happened, carries out what is decided, and calls
 * `tick` at `deadline`. The connection rules are those of the WHATWG HTML standard (section 9.2.3), with what it
 * leaves out: silence is a stall, tries are bounded, missing events are asked for again, and the end of a connection
 * is not the end of the stream. Two promises hold at every moment: the user is shown a state, and is told of every
 * trouble. It is the core of the Python client (ssechaos/client/core.py) once more: a test plays the same scripts to
 * both and compares every decision.
 */

import { countsFromOne, silenceThreshold, trouble } from "./answer.js";
import { Attempts } from "./attempts.js";
import { Delivery } from "./delivery.js";
import { Ending } from "./ending.js";
import { GapWatch } from "./gaps.js";
import { gapInWords, isNews, readCount, readGap, shown } from "./messages.js";
import { ProtocolError, SseParser } from "./sse-parser.js";

/** @typedef {import("./answer.js").Head} Head */
/** @typedef {import("./policy.js").Policy} Policy */
/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

/** @typedef {"connecting" | "open" | "waiting" | "reconnecting" | "closed"} State What the user is shown. */

/** @typedef {"new" | "connecting" | "open" | "paused" | "over"} Phase What the driver is to do. */

/**
 * @typedef {object} Notice Trouble that the user is told of.
 * @property {string} message
 * @property {number | null} attempt Before a retry: the number of the coming try.
 * @property {number | null} retryIn And in how many seconds it comes.
 * @property {number | null} asked How many of them the server asked for with `Retry-After`.
 */

/**
 * @typedef {(
 *     { kind: "connect", attempt: number, lastEventId: string | null }
 *   | { kind: "hangup" }
 *   | { kind: "deliver", event: StreamEvent }
 *   | { kind: "show", state: State }
 *   | { kind: "notify", notice: Notice }
 *   | { kind: "fail", message: string }
 *   | { kind: "finish" }
 * )} Decision What the driver carries out, in this order. Nothing follows "fail" and "finish".
 */

// Seconds. A server that wants to be left alone for longer is given up, visibly, as nobody would wait.
const LONGEST_RETRY_AFTER = 120;

/** One stream, from the first attempt to its completion or a visible failure. */
export class ReconnectCore {
  /** @type {Phase} */
  phase = "new";
  /** @type {number | null} When to call `tick`, in seconds on the clock of the inputs; null: nothing to wait for. */
  deadline = null;
  /** The stream's place. It moves when a "deliver" is decided. */
  delivery;

  #policy;
  #ending;
  #gaps;
  #attempts;
  /** @type {State | null} */
  #state = null;
  #parser = new SseParser();
  #retry = 0;
  #life = 0;
  #threshold;
  #hasIds = false;
  #inContract = false;

  /**
   * Begin a stream, or go on after `lastEventId`.
   * @param {Policy} policy
   * @param {() => number} random Varies the waits; from 0 up to 1, as `Math.random`.
   * @param {string | null} [lastEventId]
   */
  constructor(policy, random, lastEventId = null) {
    this.#policy = policy;
    this.#ending = new Ending(policy.until);
    this.delivery = new Delivery(policy.reorderBuffer, lastEventId);
    this.#gaps = new GapWatch(this.delivery, policy.gapPatience);
    this.#attempts = new Attempts(policy, random);
    this.#threshold = policy.silenceThreshold;
  }

  // --- inputs; `now` is in seconds on any clock that never goes back -------------------------------------------

  /**
   * Begin the first attempt.
   * @param {number} now
   */
  start(now) {
    return this.#connect(now, "connecting");
  }

  /**
   * The response's head came.
   * @param {Head} head
   * @param {number} now
   * @returns {Decision[]}
   */
  connected(head, now) {
    const problem = trouble(head);
    if (problem === null) return this.#open(head, now);
    if (problem.final) return this.refused(problem.reason);
    if (problem.retryAfter > LONGEST_RETRY_AFTER) {
      const asked = `${problem.reason} and asks to come back in ${short(problem.retryAfter)} s`;
      return this.refused(`${asked}, which is longer than the ${LONGEST_RETRY_AFTER} s that this client waits`);
    }
    return this.#pause(`No stream: ${problem.reason}.`, now, { retryAfter: problem.retryAfter });
  }

  /**
   * Bytes of the stream came; any bytes are a sign of life.
   * @param {Uint8Array} data
   * @param {number} now
   * @returns {Decision[]}
   */
  received(data, now) {
    this.#life = now;
    let events;
    try {
      events = this.#parser.feed(data);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return this.#pause(`Connection given up: ${error.message}.`, now);
    }
    if (this.#parser.reconnectionTime !== null) this.#retry = this.#parser.reconnectionTime;
    const decisions = [];
    for (const event of events) {
      decisions.push(...this.#take(event, now));
      if (this.phase !== "open") return decisions;
    }
    return [...decisions, ...this.#watch(now)];
  }

  /**
   * The attempt or the connection broke.
   * @param {string | null} reason Null: the server ended it in good order.
   * @param {number} now
   */
  broken(reason, now) {
    const what = this.phase === "connecting" ? "No connection" : "Connection lost";
    return this.#pause(`${what}: ${reason ?? "the server ended it before the stream was complete"}.`, now);
  }

  /**
   * No try can ever work.
   * @param {string} reason
   */
  refused(reason) {
    return this.#end({ kind: "fail", message: `Gave up: ${reason}.` });
  }

  /** The user wants no more of it: no outcome follows. */
  stopped() {
    return this.phase === "over" ? [] : this.#end(null);
  }

  /**
   * The time is `now`; before the deadline this does nothing.
   * @param {number} now
   * @returns {Decision[]}
   */
  tick(now) {
    if (this.deadline === null || now < this.deadline) return [];
    if (this.phase === "paused") return this.#connect(now, "reconnecting");
    if (this.phase === "connecting") {
      return this.broken(`no answer within ${short(this.#policy.connectTimeout)} s`, now);
    }
    if (now >= this.#life + this.#threshold) {
      const silence = `Waiting… nothing has come for ${(now - this.#life).toFixed(1)} s.`;
      return this.#pause(silence, now, { state: "waiting" });
    }
    return this.#mend(now);
  }

  // --- attempts -------------------------------------------------------------------------------------------------

  /**
   * @param {number} now
   * @param {State} state
   * @returns {Decision[]}
   */
  #connect(now, state) {
    this.phase = "connecting";
    this.deadline = now + this.#policy.connectTimeout;
    const connect = { attempt: this.#attempts.begin(), lastEventId: this.#gaps.resumeAfter };
    return [...this.#show(state), { kind: "connect", ...connect }];
  }

  /**
   * @param {Head} head
   * @param {number} now
   */
  #open(head, now) {
    this.phase = "open";
    this.#parser = new SseParser();
    this.delivery.beginConnection();
    this.#inContract = countsFromOne(head);
    this.#gaps.beginConnection(this.#inContract);
    const announced = this.#policy.adoptServerThreshold ? silenceThreshold(head) : null;
    this.#threshold = announced ?? this.#policy.silenceThreshold;
    this.#life = now;
    return [...this.#show("open"), ...this.#watch(now)];
  }

  /**
   * @param {string} why
   * @param {number} now
   * @param {{ state?: State, retryAfter?: number, atOnce?: boolean }} [how]
   * @returns {Decision[]}
   */
  #pause(why, now, { state = "reconnecting", retryAfter = 0, atOnce = false } = {}) {
    if (this.#attempts.exhausted) {
      return this.#end({ kind: "fail", message: `${why} Gave up: tries that failed in a row: ${this.#attempts.tries}.` });
    }
    const wait = atOnce ? 0 : this.#attempts.wait(this.#retry, retryAfter);
    this.phase = "paused";
    this.deadline = now + wait;
    const attempt = this.#attempts.tries + 1;
    const plan = `Try ${attempt} of ${this.#policy.maxAttempts} ${atOnce ? "now" : `in ${wait.toFixed(1)} s`}.`;
    const notice = { message: `${why} ${plan}`, attempt, retryIn: wait, asked: retryAfter || null };
    return [{ kind: "hangup" }, ...this.#show(state), { kind: "notify", notice }];
  }

  /**
   * @param {Decision | null} outcome
   * @returns {Decision[]}
   */
  #end(outcome) {
    this.phase = "over";
    this.deadline = null;
    return [{ kind: "hangup" }, ...this.#show("closed"), ...(outcome === null ? [] : [outcome])];
  }

  /**
   * @param {State} state
   * @returns {Decision[]}
   */
  #show(state) {
    if (state === this.#state) return [];
    this.#state = state;
    return [{ kind: "show", state }];
  }

  // --- events ---------------------------------------------------------------------------------------------------

  /**
   * @param {StreamEvent} event
   * @param {number} now
   */
  #take(event, now) {
    this.#hasIds ||= Boolean(event.id);
    if (event.type === "gap") return this.#takeGap(event);
    if (this.#ending.marked(event) && !event.id) return this.#takeEnd(event, now);
    return this.#deliver(this.delivery.take(event));
  }

  /**
   * The server has sent all. If something is missing, the replay will end with this event again.
   * @param {StreamEvent} event
   * @param {number} now
   */
  #takeEnd(event, now) {
    if (this.#inContract) this.delivery.note(readCount(event));
    const decisions = this.#acceptStart();
    if (this.delivery.holds || this.delivery.missing !== null) return [...decisions, ...this.#repair(now)];
    return [...decisions, ...this.#deliver([event])];
  }

  /**
   * @param {StreamEvent[]} events
   * @returns {Decision[]}
   */
  #deliver(events) {
    /** @type {Decision[]} */
    const decisions = [];
    for (const event of events) {
      decisions.push({ kind: "deliver", event });
      if (event.id || (isNews(event) && !this.#hasIds)) this.#attempts.succeed();
      if (event.type === "error") decisions.push(told(`The server reports an error: ${shown(event.data)}`));
      if (this.#ending.after(event)) return [...decisions, ...this.#end({ kind: "finish" })];
    }
    return decisions;
  }

  /**
   * @param {StreamEvent} event
   * @returns {Decision[]}
   */
  #takeGap(event) {
    // Its id, if any, is for clients that know no gaps: it is not an event of the sequence.
    /** @type {Decision} */
    const delivered = { kind: "deliver", event: { ...event, id: null } };
    const gap = readGap(event);
    if (gap === null) {
      return [delivered, told(`The server can't replay all, but does not say what: ${shown(event.data)}`)];
    }
    return [delivered, told(gapInWords(gap)), ...this.#deliver(this.delivery.skip(gap.first, gap.last))];
  }

  // --- missing events -------------------------------------------------------------------------------------------

  /**
   * Set the deadline: silence, or the end of the patience with a missing event.
   * @param {number} now
   * @returns {Decision[]}
   */
  #watch(now) {
    const patientUntil = this.#gaps.deadline(now);
    this.deadline = this.#life + this.#threshold;
    if (patientUntil === null) return [];
    this.deadline = Math.min(this.deadline, patientUntil);
    return now >= patientUntil ? this.#mend(now) : [];
  }

  /**
   * @param {number} now
   * @returns {Decision[]}
   */
  #mend(now) {
    const accepted = this.#acceptStart();
    if (accepted.length === 0) return this.#repair(now);
    return this.phase === "over" ? accepted : [...accepted, ...this.#watch(now)];
  }

  /** @returns {Decision[]} */
  #acceptStart() {
    const { start } = this.#gaps;
    if (start === null) return [];
    const begins = told(`The stream begins at event ${start}: the server offers none before it.`);
    return [begins, ...this.#deliver(this.delivery.acceptStart())];
  }

  /**
   * Ask for a replay: at once, unless the last one did not bring the missing event either.
   * @param {number} now
   */
  #repair(now) {
    const again = this.#gaps.ask();
    const what = `Event ${this.delivery.expected} is ${again ? "still " : ""}missing: asking for a replay.`;
    return this.#pause(what, now, { atOnce: !again });
  }
}

/**
 * @param {string} message
 * @returns {Decision}
 */
function told(message) {
  return { kind: "notify", notice: { message, attempt: null, retryIn: null, asked: null } };
}

/**
 * A number as short as it can be shown.
 * @param {number} value
 */
function short(value) {
  return String(Number(value.toPrecision(6)));
}
