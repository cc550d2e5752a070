// @ts-check
/** When a stream is complete. The end of a connection does not say so: only the stream's own last event does. */

/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

const USUAL = new Set(["complete", "message_stop"]); // of ssechaos, and of Anthropic
const USUAL_DATA = "[DONE]"; // of OpenAI
const NUMBER = /^[0-9]{1,18}$/;

/** Reads one stream and says when it is complete. What comes after the last event is no part of it. */
export class Ending {
  #kind;
  #value;
  /** @type {Set<bigint>} */
  #seen = new Set();

  /**
   * @param {string | null} until `event:NAME`, `data:TEXT`, or `events:N` (so many events with different numbers as
   *   ids); any other text is both, the type or the data of the last event. Null: the type is `complete` or
   *   `message_stop`, or it is a `message` with the data `[DONE]`.
   * @throws {RangeError} It is a count that is no number above 0.
   */
  constructor(until) {
    const [, kind, value] = /^(event|data|events):([^]+)$/.exec(until ?? "") ?? [null, until === null ? "usual" : "either", until];
    if (kind === "events" && !(NUMBER.test(value ?? "") && Number(value) > 0)) {
      throw new RangeError(`until is event:NAME, data:TEXT or events:N, not '${until}'`);
    }
    this.#kind = kind;
    this.#value = value;
  }

  /**
   * Whether this event says by itself that the stream is complete.
   * @param {StreamEvent} event
   */
  marked({ type, data }) {
    switch (this.#kind) {
      case "usual": return USUAL.has(type) || (type === "message" && data === USUAL_DATA);
      case "event": return type === this.#value;
      case "data": return data === this.#value;
      case "either": return type === this.#value || data === this.#value;
      default: return false;
    }
  }

  /**
   * Take the next event of the stream; whether the stream is complete with it.
   * @param {StreamEvent} event
   */
  after(event) {
    if (this.#kind !== "events") return this.marked(event);
    if (event.id !== null && NUMBER.test(event.id)) this.#seen.add(BigInt(event.id));
    return this.#seen.size >= Number(this.#value);
  }
}
