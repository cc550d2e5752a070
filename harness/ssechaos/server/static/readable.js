// @ts-check
/** The part of an event's data that a person wants to read, where its format is known. */

/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

/**
 * The text in the data: as ssechaos, OpenAI and Anthropic write it. Null when the data is to be shown as it stands.
 * @param {StreamEvent} event
 * @returns {string | null}
 */
export function readable(event) {
  const value = parsed(event.data);
  switch (event.type) {
    case "heartbeat": return heartbeat(value);
    case "complete": return sentence(value, (reason) => `Stream complete (${reason}).`);
    case "error": return sentence(value, (reason) => `The server reports an error: ${reason}.`);
    default: return firstText(value?.text, value?.delta?.text, value?.choices?.[0]?.delta?.content);
  }
}

/**
 * @param {any} value
 * @param {(reason: string) => string} words
 */
function sentence(value, words) {
  return typeof value?.reason === "string" ? words(value.reason) : null;
}

/** @param {any} value */
function heartbeat(value) {
  const parts = [
    measure("", value?.heartbeat_count, (count) => `no. ${count}`),
    measure("up ", value?.uptime_seconds, duration),
    measure("", value?.events_sent, (count) => `${count} sent`),
    measure("", value?.seconds_remaining, (left) => `${duration(left)}\u00A0left`),
  ];
  return firstText(parts.filter(Boolean).join(" · "));
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {(value: number) => string} words
 */
function measure(name, value, words) {
  return typeof value === "number" ? name + words(value) : "";
}

/**
 * With spaces that break no line.
 * @param {number} seconds
 */
function duration(seconds) {
  return seconds < 100 ? `${seconds.toFixed(1)}\u00A0s` : `${Math.round(seconds / 60)}\u00A0min`;
}

/** @param {unknown[]} candidates */
function firstText(...candidates) {
  const found = candidates.find((text) => typeof text === "string" && text !== "");
  return /** @type {string | undefined} */ (found) ?? null;
}

/** @param {string} data */
function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
