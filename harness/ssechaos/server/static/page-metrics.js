// @ts-check
/** What became of one stream, as its user saw it: counted from what the client tells. No clock, no network. */

import { isNews } from "./messages.js";

/** @typedef {import("./reconnect.js").State} State */
/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

/**
 * @typedef {object} Report As it is posted to the beacon.
 * @property {boolean} completed
 * @property {number} delivered Messages: events that are not about the stream itself.
 * @property {number} lost Messages of the sequence that came neither in time nor in a replay.
 * @property {number} duplicates Messages that the user was shown again.
 * @property {number[]} reconnect_seconds From each loss of the connection until the stream went on.
 * @property {number} stalls
 * @property {number} visible_errors Notices and failures that the user was shown.
 */

const MOST_TIMES = 500; // so many the beacon takes
const NUMBER = /^(?:0|[1-9][0-9]{0,17})$/;

/** Counts for one stream. Times are seconds on any clock that never goes back. */
export class PageMetrics {
  completed = false;
  delivered = 0;
  lost = 0n;
  duplicates = 0;
  stalls = 0;
  visibleErrors = 0;
  /** @type {number[]} */
  reconnectSeconds = [];
  /** @type {bigint | null} The number of the last message; null: not known yet. */
  #last;
  #wasOpen = false;
  /** @type {number | null} Since when the stream does not go on. */
  #lostAt = null;

  /** @param {string | null} resumedAfter The id that the stream goes on after. */
  constructor(resumedAfter) {
    this.#last = resumedAfter !== null && NUMBER.test(resumedAfter) ? BigInt(resumedAfter) : null;
  }

  /** Its messages are counted from 1, as the server says: a first one with a later number shows a loss. */
  countFromOne() {
    this.#last ??= 0n;
  }

  /**
   * @param {StreamEvent} event
   * @param {number} now
   */
  deliver(event, now) {
    if (this.#lostAt !== null) this.reconnectSeconds.push(now - this.#lostAt);
    this.#lostAt = null;
    if (!isNews(event) || event.type === "complete") return;
    this.delivered += 1;
    if (event.id !== null && NUMBER.test(event.id)) this.#place(BigInt(event.id));
  }

  /**
   * @param {State} state
   * @param {number} now
   */
  show(state, now) {
    if (state === "open") this.#wasOpen = true;
    if (state === "waiting") this.stalls += 1;
    if (this.#wasOpen && (state === "waiting" || state === "reconnecting")) this.#lostAt ??= now;
  }

  /** The user was told of trouble. */
  tell() {
    this.visibleErrors += 1;
  }

  complete() {
    this.completed = true;
  }

  /** @returns {Report} */
  report() {
    return {
      completed: this.completed,
      delivered: this.delivered,
      lost: Number(this.lost),
      duplicates: this.duplicates,
      reconnect_seconds: this.reconnectSeconds.slice(0, MOST_TIMES).map((time) => Math.round(time * 1000) / 1000),
      stalls: this.stalls,
      visible_errors: this.visibleErrors,
    };
  }

  /** @param {bigint} number */
  #place(number) {
    if (this.#last !== null && number <= this.#last) {
      this.duplicates += 1;
      return;
    }
    if (this.#last !== null) this.lost += number - this.#last - 1n;
    this.#last = number;
  }
}
