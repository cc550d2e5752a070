// @ts-check
/** Missing events of one stream: how long one may still come by itself, and what to ask the server for then. */

/** @typedef {import("./delivery.js").Delivery} Delivery */

const FROM_THE_START = "0"; // the Last-Event-ID that asks for a stream from its very first event

/** Watches the place of a stream for missing events. */
export class GapWatch {
  #delivery;
  #patience;
  /** @type {bigint | null} */
  #missing = null;
  #since = 0;
  /** @type {bigint | null} */
  #askedFor = null;
  /** @type {bigint | null} */
  #offeredStart = null;
  #countsFromOne = false;

  /**
   * @param {Delivery} delivery
   * @param {number} patience Seconds.
   */
  constructor(delivery, patience) {
    this.#delivery = delivery;
    this.#patience = patience;
  }

  /**
   * A stream opened.
   * @param {boolean} countsFromOne Whether its server keeps the contract in which ids count from 1.
   */
  beginConnection(countsFromOne) {
    this.#countsFromOne = countsFromOne;
    this.#missing = null;
  }

  /**
   * Until when the missing event may come by itself; null while nothing is missing.
   * @param {number} now
   */
  deadline(now) {
    if (this.#missing !== this.#delivery.missing) {
      this.#missing = this.#delivery.missing;
      this.#since = now;
    }
    if (this.#missing === null) return null;
    return this.#delivery.overflowed ? now : this.#since + this.#patience;
  }

  /** The `Last-Event-ID` to connect with; null: without. */
  get resumeAfter() {
    const { lastEventId } = this.#delivery;
    return this.#offeredStart === null ? lastEventId : lastEventId || FROM_THE_START;
  }

  /** The expected event is going to be asked for; returns whether the last replay was to bring it, too. */
  ask() {
    const again = this.#askedFor === this.#delivery.expected;
    this.#askedFor = this.#delivery.expected;
    this.#offeredStart = this.#delivery.start;
    return again;
  }

  /**
   * Where the stream begins, when that is not at 1; else null.
   *
   * That is so when a server that was asked for the start begins there again. A server of the contract counts from 1
   * and tells what it has lost, so there an event that does not come is lost on the way, however often.
   */
  get start() {
    const { start } = this.#delivery;
    const offered = this.#offeredStart;
    if (this.#countsFromOne || start === null || offered === null || start < offered) return null;
    return start;
  }
}
