// @ts-check
/** What became of one stream, as its user saw it: counted from what the client tells. No clock, no network. */

/** @typedef {import("./reconnect.js").State} State */
/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

/**
 * @typedef {object} Report As it is posted to the beacon.
 * @property {boolean} completed
 * @property {number} delivered Events, without heartbeats.
 * @property {number} lost Events of the sequence that came neither in time nor in a replay.
 * @property {number} duplicates Repeats that the user was spared.
 * @property {number[]} reconnect_seconds From each loss of the connection until it was open again.
 * @property {number} stalls
 * @property {number} visible_errors Failures, and errors that the server reported.
 */

const MOST_TIMES = 500; // so many the beacon takes
const NUMBER = /^(?:0|[1-9][0-9]{0,17})$/;

/** Counts for one stream. Times are seconds on any clock that never goes back. */
export class PageMetrics {
  completed = false;
  delivered = 0;
  lost = 0n;
  stalls = 0;
  visibleErrors = 0;
  /** @type {number[]} */
  reconnectSeconds = [];
  /** @type {bigint | null} The number of the last event; null: not known yet. */
  #last;
  #wasOpen = false;
  /** @type {number | null} */
  #lostAt = null;

  /** @param {string | null} resumedAfter The id that the stream goes on after. */
  constructor(resumedAfter) {
    this.#last = resumedAfter !== null && NUMBER.test(resumedAfter) ? BigInt(resumedAfter) : null;
  }

  /** Its events are counted from 1, as the server says: a first event with a later number shows a loss. */
  countFromOne() {
    this.#last ??= 0n;
  }

  /** @param {StreamEvent} event */
  deliver(event) {
    if (event.type === "heartbeat") return;
    this.delivered += 1;
    if (event.type === "error") this.visibleErrors += 1;
    if (event.id !== null && NUMBER.test(event.id)) this.#place(BigInt(event.id));
  }

  /**
   * @param {State} state
   * @param {number} now
   */
  show(state, now) {
    if (state === "waiting") this.stalls += 1;
    if (state === "open") this.#opened(now);
    else if (this.#wasOpen && state !== "closed") this.#lostAt ??= now;
  }

  fail() {
    this.visibleErrors += 1;
  }

  complete() {
    this.completed = true;
  }

  /**
   * @param {number} duplicates As the client counts them.
   * @returns {Report}
   */
  report(duplicates) {
    return {
      completed: this.completed,
      delivered: this.delivered,
      lost: Number(this.lost),
      duplicates,
      reconnect_seconds: this.reconnectSeconds.slice(0, MOST_TIMES).map((seconds) => Math.round(seconds * 1000) / 1000),
      stalls: this.stalls,
      visible_errors: this.visibleErrors,
    };
  }

  /** @param {bigint} number */
  #place(number) {
    if (this.#last !== null && number > this.#last + 1n) this.lost += number - this.#last - 1n;
    this.#last = number;
  }

  /** @param {number} now */
  #opened(now) {
    if (this.#lostAt !== null) this.reconnectSeconds.push(now - this.#lostAt);
    this.#wasOpen = true;
    this.#lostAt = null;
  }
}
