// @ts-check
/** What the client reads in a server's own words: whether an event is news, or tells of lost ones. */

/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

/**
 * @typedef {object} Gap The server can't replay the events `first` to `last`, both included; null: it doesn't know
 *   that bound. Nothing is lost when `last` is before `first`: the server did not know where this client was.
 * @property {bigint | null} first
 * @property {bigint | null} last
 * @property {string} reason
 */

const NO_NEWS = new Set(["heartbeat", "ping", "error", "gap"]);
const SHOWN = 200;

/**
 * Whether this event carries something of the stream itself, rather than about its connection.
 * @param {StreamEvent} event
 */
export function isNews(event) {
  return !NO_NEWS.has(event.type);
}

/**
 * The gap that a `gap` event tells of; null when its data can't be read.
 * @param {StreamEvent} event
 * @returns {Gap | null}
 */
export function readGap(event) {
  const value = objectIn(event);
  const [first, last] = [wholeNumber(value.from), wholeNumber(value.to)];
  if (Object.keys(value).length === 0 || first === undefined || last === undefined) return null;
  return { first, last, reason: shown(String(value.reason ?? "")) };
}

/**
 * A gap in words for the user.
 * @param {Gap} gap
 */
export function gapInWords({ first, last, reason }) {
  const why = reason ? ` (${reason})` : "";
  if (first !== null && last !== null && last < first) {
    return `The server did not know where to go on${why}; it sends the stream again.`;
  }
  return `The server can't replay ${lostEvents(first, last)} any more${why}: they are lost.`;
}

/**
 * How many events its stream has, as a `complete` event of ssechaos says (0: it does not).
 * @param {StreamEvent} event
 */
export function readCount(event) {
  return wholeNumber(objectIn(event).events) ?? 0n;
}

/**
 * The text on one line, short enough to show to a user.
 * @param {string} text
 */
export function shown(text) {
  const line = [...text.trim().replace(/\s+/g, " ")];
  return line.length <= SHOWN ? line.join("") : `${line.slice(0, SHOWN).join("")}…`;
}

/**
 * @param {bigint | null} first
 * @param {bigint | null} last
 */
function lostEvents(first, last) {
  if (last === null) return first === null ? "some events" : `the events from ${first} on`;
  return first === null ? `the events up to ${last}` : `the events ${first} to ${last}`;
}

/**
 * @param {StreamEvent} event
 * @returns {Record<string, unknown>}
 */
function objectIn(event) {
  try {
    const value = JSON.parse(event.data);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/**
 * The value as a whole number; null when there is none, undefined when it is something else.
 * @param {unknown} value
 */
function wholeNumber(value) {
  if (value === null || value === undefined) return null;
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : undefined;
}
