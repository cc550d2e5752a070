// @ts-check
/**
 * What the head of a response means: the stream opens, the client comes back later, or it never will.
 *
 * WHATWG HTML standard, section 9.2.3 (only 200 with the right media type opens; 204 ends the stream) and RFC 9110,
 * section 15. Further than the standard, which gives up on every other status, those that say "not now" are tried
 * again: 408, 425, 429 and 5xx.
 */

const NOT_NOW = new Set([408, 425, 429]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const HTTP_DATE = /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/;

// A response's own statusText is empty over HTTP/2 and HTTP/3.
const PHRASES = new Map([
  [400, "Bad Request"], [401, "Unauthorized"], [402, "Payment Required"], [403, "Forbidden"], [404, "Not Found"],
  [405, "Method Not Allowed"], [406, "Not Acceptable"], [407, "Proxy Authentication Required"],
  [408, "Request Timeout"], [409, "Conflict"], [410, "Gone"], [425, "Too Early"], [429, "Too Many Requests"],
  [500, "Internal Server Error"], [501, "Not Implemented"], [502, "Bad Gateway"], [503, "Service Unavailable"],
  [504, "Gateway Timeout"], [505, "HTTP Version Not Supported"], [507, "Insufficient Storage"],
]);

/**
 * @typedef {object} Head The head of a response.
 * @property {number} status
 * @property {{ get(name: string): string | null }} headers As `Response.headers`.
 */

/**
 * @typedef {object} Trouble Why a response is no stream.
 * @property {string} reason
 * @property {boolean} final It makes no sense to try again.
 * @property {number} retryAfter The server wants to be left alone for this many seconds.
 */

/**
 * Why this response is no stream, or null when it is one.
 * @param {Head} head
 * @returns {Trouble | null}
 */
export function trouble(head) {
  if (head.status === 200) return wrongType(head);
  if (NOT_NOW.has(head.status) || head.status >= 500) {
    return { reason: `the server answered ${named(head.status)}`, final: false, retryAfter: retryAfter(head) };
  }
  return { reason: finalReason(head.status), final: true, retryAfter: 0 };
}

/**
 * Seconds of silence that the server wants taken as a stall (`X-Silence-Threshold`), if it says so.
 * @param {Head} head
 * @returns {number | null}
 */
export function silenceThreshold(head) {
  const seconds = Number(head.headers.get("x-silence-threshold") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/**
 * Whether the server keeps the contract of ssechaos, in which the ids of a stream count from 1.
 * @param {Head} head
 */
export function countsFromOne(head) {
  return head.headers.get("x-stream-max-seconds") !== null;
}

/**
 * @param {Head} head
 * @returns {Trouble | null}
 */
function wrongType(head) {
  const mediaType = (head.headers.get("content-type") ?? "").split(";")[0].trim();
  if (mediaType.toLowerCase() === "text/event-stream") return null;
  const found = mediaType ? `is '${mediaType}'` : "has no media type";
  const reason = `the answer ${found}, not text/event-stream: this URL is no event stream`;
  return { reason, final: true, retryAfter: 0 };
}

/** @param {number} status */
function finalReason(status) {
  if (status === 204) return "the server ended the stream (204 No Content) before it was complete";
  if (REDIRECTS.has(status)) {
    return `the server redirects (${status}) without saying where to: its Location header is missing`;
  }
  return `the server refuses the stream with ${named(status)}; check the URL`;
}

/** @param {number} status */
function named(status) {
  return `${status} ${PHRASES.get(status) ?? ""}`.trim();
}

/**
 * Seconds that `Retry-After` asks for (RFC 9110, section 10.2.3), 0 when it does not or can't be read. A date is
 * compared with the response's own `Date`, as two clocks never agree.
 * @param {Head} head
 */
function retryAfter(head) {
  const value = (head.headers.get("retry-after") ?? "").trim();
  if (/^[0-9]+$/.test(value)) return Number(value);
  const wait = (date(value) - date(head.headers.get("date") ?? "")) / 1000;
  return wait > 0 ? wait : 0;
}

/**
 * Milliseconds since 1970, NaN for what is no date of HTTP: `Date.parse` takes nearly anything for a date.
 * @param {string} value
 */
function date(value) {
  return HTTP_DATE.test(value.trim()) ? Date.parse(value) : NaN;
}
