// @ts-check
/**
 * In order and exactly once: which events go to the application now, which wait, which are repeats.
 *
 * Ids that are whole numbers count the events of a stream from 1. So one number, the mark, says what was delivered,
 * and what is missing shows. Events that come early are held until the missing ones have come; a replay from the mark
 * brings everything that was not held. Other ids have no order: from the first such id on, events are delivered as
 * they come, and only repeats within a recent window are known. Events without id are delivered at once, and never
 * taken for repeats. Memory is bounded.
 */

/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

const NUMBER = /^(?:0|[1-9][0-9]{0,17})$/;

/** The place of one stream, across its connections. */
export class Delivery {
  /**
   * The id to resume after: the last one delivered, or the last one that the server declared gone. Null before the
   * first, and after an event with an empty id.
   * @type {string | null}
   */
  lastEventId;
  /** How many repeats were dropped. */
  duplicates = 0;
  /** An early event on this connection found the buffer full, and was dropped. */
  overflowed = false;

  #limit;
  #begun;
  #mark; // a bigint: ids may have more digits than a number can hold
  /** @type {Map<bigint, StreamEvent>} */
  #held = new Map();
  /** @type {[bigint, bigint][]} */
  #gone = [];
  #highestHere = 0n;
  #startAnywhere = false;
  #named = false;
  /** @type {string[]} */
  #recent = [];

  /**
   * Begin a stream, or go on after `lastEventId`.
   * @param {number} limit Most events held, and ids remembered.
   * @param {string | null} [lastEventId]
   */
  constructor(limit, lastEventId = null) {
    this.#limit = limit;
    this.lastEventId = lastEventId;
    this.#begun = lastEventId !== null;
    this.#mark = lastEventId !== null && NUMBER.test(lastEventId) ? BigInt(lastEventId) : 0n;
  }

  /** The id that the next event to deliver has, if ids are numbers. */
  get expected() {
    return this.#mark + 1n;
  }

  /** The expected id when a later one came first on this connection, else null. */
  get missing() {
    return this.#highestHere > this.#mark && !this.#named ? this.expected : null;
  }

  /** Whether events wait for a missing one, from whichever connection. */
  get holds() {
    return this.#held.size > 0;
  }

  /** The first id that has come, as long as none was delivered: the stream may begin there. Else null. */
  get start() {
    return this.#begun || this.#held.size === 0 ? null : this.#heldNumbers()[0];
  }

  /** Forget what was seen of the last connection's order; what is held stays. */
  beginConnection() {
    this.#highestHere = 0n;
    this.#startAnywhere = false;
    this.overflowed = false;
  }

  /**
   * Take the next event of the connection and return those to deliver now, in order.
   * @param {StreamEvent} event
   * @returns {StreamEvent[]}
   */
  take(event) {
    if (!event.id) {
      if (event.id === "") this.lastEventId = null;
      return [event];
    }
    if (this.#named || !NUMBER.test(event.id)) return this.#takeNamed(event.id, event);
    return this.#takeNumbered(BigInt(event.id), event);
  }

  /**
   * The server has lost the events from `first` to `last`; returns what need not wait any more.
   * @param {bigint | null} first Null: all from the mark on.
   * @param {bigint | null} last Null: all up to the next one that it sends.
   */
  skip(first, last) {
    if (last === null) {
      this.#startAnywhere = true;
      return [];
    }
    this.#addGone(first ?? this.expected, last);
    this.note(last);
    return this.#release();
  }

  /**
   * The server says on this connection that the stream goes up to this id.
   * @param {bigint} last
   */
  note(last) {
    if (last > this.#highestHere) this.#highestHere = last;
  }

  /** Let the stream begin at the first id that has come; returns what need not wait any more. */
  acceptStart() {
    this.#mark = this.#heldNumbers()[0] - 1n;
    return this.#release();
  }

  /**
   * @param {bigint} number
   * @param {StreamEvent} event
   */
  #takeNumbered(number, event) {
    if (number === 0n && !this.#begun) this.#mark = -1n;
    if (number <= this.#mark || this.#held.has(number)) {
      this.duplicates += 1;
      this.note(number);
      return [];
    }
    if (this.#startAnywhere) {
      this.#startAnywhere = false;
      this.#addGone(this.expected, number - 1n);
    }
    this.note(number);
    if (number > this.expected && this.#held.size >= this.#limit) this.overflowed = true;
    else this.#held.set(number, event);
    return this.#release();
  }

  /**
   * @param {string} name
   * @param {StreamEvent} event
   */
  #takeNamed(name, event) {
    if (this.#recent.includes(name)) {
      this.duplicates += 1;
      return [];
    }
    const ready = this.#heldNumbers().map((number) => this.#deliver(number));
    this.#recent.push(name);
    if (this.#recent.length > this.#limit) this.#recent.shift();
    this.#named = this.#begun = true;
    this.lastEventId = name;
    return [...ready, event];
  }

  /** @returns {StreamEvent[]} */
  #release() {
    const ready = [];
    for (;;) {
      const gone = this.#goneNext();
      if (this.#held.has(this.expected)) {
        ready.push(this.#deliver(this.expected));
      } else if (gone !== null) {
        ready.push(...this.#heldNumbers().filter((number) => number <= gone).map((number) => this.#deliver(number)));
        this.#place(gone, String(gone));
      } else {
        return ready;
      }
    }
  }

  /** @param {bigint} number */
  #deliver(number) {
    const event = /** @type {StreamEvent} */ (this.#held.get(number));
    this.#held.delete(number);
    this.#place(number, event.id);
    return event;
  }

  /**
   * @param {bigint} mark
   * @param {string | null} lastEventId
   */
  #place(mark, lastEventId) {
    this.#mark = mark;
    this.#begun = true;
    this.lastEventId = lastEventId;
  }

  #heldNumbers() {
    return [...this.#held.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  /**
   * @param {bigint} first
   * @param {bigint} last
   */
  #addGone(first, last) {
    this.#gone.push([first, last]);
    if (this.#gone.length > Math.max(1, this.#limit)) this.#gone.shift();
  }

  #goneNext() {
    return this.#gone.find(([first, last]) => first <= this.expected && this.expected <= last)?.[1] ?? null;
  }
}
