// @ts-check
/**
 * Server-Sent Events from bytes or text, however they are split (WHATWG HTML standard, sections 9.2.5 and 9.2.6).
 *
 * One `SseParser` reads one connection. The end of a stream drops its incomplete block, so there is nothing to call
 * at the end: let go of the parser, and hand its `lastEventId` to the one for the next connection.
 */

const MOST = 1 << 20;
const LINE_END = /\r\n|\r|\n/g;
const DIGITS = /^[0-9]+$/;
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * @typedef {object} StreamEvent
 * @property {string} type The event type; "message" unless the server names another.
 * @property {string} data The payload; its lines are separated by LF.
 * @property {string | null} id The id field of this event's own block: null without one, "" where it clears the last
 *   event id.
 */

/** The stream breaks a rule or a bound; nothing more can be read from its connection. */
export class ProtocolError extends Error {}

/** Turns one connection into events. */
export class SseParser {
  /** What to send as `Last-Event-ID`, "" for nothing. Committed at the end of a block, also of one without data. */
  lastEventId;
  /** @type {number | null} The last valid `retry`, in seconds; null before the first. */
  reconnectionTime = null;
  /** How many comment lines have come; they are signs of life without an event. */
  comments = 0;

  #maxLine;
  #maxEvent;
  // The decoder keeps the byte order mark, as exactly one is to be taken off, from bytes and from text alike.
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #unfinished = "";
  #afterCr = false;
  #atStart = true;
  /** @type {string[]} */
  #data = [];
  #size = 0;
  #type = "";
  /** @type {string | null} */
  #id = null;
  /** @type {ProtocolError | null} */
  #error = null;

  /**
   * Begin a connection.
   * @param {object} [options]
   * @param {number} [options.maxLine] Most characters (UTF-16 code units) of one line. Default: 1,048,576.
   * @param {number} [options.maxEvent] Most characters of one event's data. Default: 1,048,576.
   * @param {string} [options.lastEventId] The id that the stream's previous connection ended with.
   */
  constructor({ maxLine = MOST, maxEvent = MOST, lastEventId = "" } = {}) {
    this.#maxLine = maxLine;
    this.#maxEvent = maxEvent;
    this.lastEventId = lastEventId;
  }

  /**
   * Take the next bytes, or text that somebody else has decoded, and return the events that they complete.
   * @param {Uint8Array | string} chunk
   * @returns {StreamEvent[]}
   * @throws {ProtocolError} A line or an event is over its bound. A call that also completes events returns them,
   *   and the next call throws; so does every call after that.
   */
  feed(chunk) {
    if (this.#error !== null) throw this.#error;
    const text = typeof chunk === "string" ? chunk : this.#decoder.decode(chunk, { stream: true });
    /** @type {StreamEvent[]} */
    const events = [];
    try {
      this.#read(text, events);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#error = error;
      if (events.length === 0) throw error;
    }
    return events;
  }

  /**
   * @param {string} text
   * @param {StreamEvent[]} events
   */
  #read(text, events) {
    let start = this.#skipped(text);
    LINE_END.lastIndex = start;
    for (let end = LINE_END.exec(text); end !== null; end = LINE_END.exec(text)) {
      this.#hold(text.slice(start, end.index));
      start = LINE_END.lastIndex;
      this.#afterCr = end[0] === "\r" && start === text.length;
      this.#takeLine(events);
    }
    this.#hold(text.slice(start));
  }

  /**
   * How much of the text to pass over: an LF that belongs to the CR before it, or the byte order mark.
   * @param {string} text
   */
  #skipped(text) {
    if (text === "") return 0;
    const skipped = (this.#afterCr && text[0] === "\n") || (this.#atStart && text[0] === BYTE_ORDER_MARK) ? 1 : 0;
    this.#afterCr = this.#atStart = false;
    return skipped;
  }

  /** @param {string} piece */
  #hold(piece) {
    this.#unfinished += piece;
    if (this.#unfinished.length > this.#maxLine) {
      throw new ProtocolError(
        `the event stream has a line of more than ${this.#maxLine} characters (the bound maxLine)`,
      );
    }
  }

  /** @param {StreamEvent[]} events */
  #takeLine(events) {
    const line = this.#unfinished;
    this.#unfinished = "";
    if (line === "") this.#dispatch(events);
    else this.#takeField(line);
  }

  /** @param {string} line */
  #takeField(line) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const rest = colon < 0 ? "" : line.slice(colon + 1);
    const value = rest.startsWith(" ") ? rest.slice(1) : rest;
    if (name === "data") this.#takeData(value);
    else if (name === "event") this.#type = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && DIGITS.test(value)) this.reconnectionTime = seconds(value);
    else if (name === "") this.comments += 1;
  }

  /** @param {string} value */
  #takeData(value) {
    if (this.#size + value.length > this.#maxEvent) {
      throw new ProtocolError(
        `the event stream has an event of more than ${this.#maxEvent} characters of data (the bound maxEvent)`,
      );
    }
    this.#data.push(value);
    this.#size += value.length + 1;
  }

  /** @param {StreamEvent[]} events */
  #dispatch(events) {
    if (this.#data.length > 0) {
      events.push({ type: this.#type || "message", data: this.#data.join("\n"), id: this.#id });
    }
    if (this.#id !== null) this.lastEventId = this.#id;
    this.#data = [];
    this.#size = 0;
    this.#type = "";
    this.#id = null;
  }
}

/** @param {string} milliseconds */
function seconds(milliseconds) {
  return Math.min(Number(milliseconds) / 1000, Number.MAX_VALUE);
}
