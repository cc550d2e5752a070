// @ts-check
/**
 * The page's elements: what the user is shown. Event data is untrusted and only ever becomes text.
 *
 * Ids and attributes are a contract with whoever reads from the page what its user saw; docs/page.md lists them.
 */

import { readable } from "./readable.js";

/** @typedef {import("./page-metrics.js").PageMetrics} PageMetrics */
/** @typedef {import("./reconnect.js").Notice} Notice */
/** @typedef {import("./reconnect.js").State} State */
/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

const WORDS = {
  connecting: "Connecting…",
  open: "Connected",
  waiting: "Waiting…",
  reconnecting: "Reconnecting…",
  closed: "Disconnected",
};
const MOST_LOG_LINES = 500;
const AT_THE_END = 8; // pixels

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export const startButton = /** @type {HTMLButtonElement} */ (element("start"));
export const stopButton = /** @type {HTMLButtonElement} */ (element("stop"));
export const retryButton = /** @type {HTMLButtonElement} */ (element("retry"));
export const streamField = /** @type {HTMLInputElement} */ (element("stream"));
export const controls = /** @type {HTMLFormElement} */ (element("controls"));

/** Take everything of the last stream off the page. */
export function clear() {
  element("messages").replaceChildren();
  element("log").replaceChildren();
  element("empty").hidden = false;
  element("trace").textContent = "none yet";
  element("heartbeat").textContent = "none yet";
  element("heartbeat").dataset.count = "0";
}

/** Take the outcome and the troubles of what was before off the page; its messages stay. */
export function begin() {
  showNotice(null);
  showError(null);
  element("done").hidden = true;
}

/** @param {State} state */
export function showState(state) {
  showWord(WORDS[state], state);
  const running = state !== "closed";
  streamField.disabled = element("hint").hidden = running;
  offer(running ? stopButton : startButton, running ? startButton : stopButton);
  startButton.textContent = "Start again";
}

/**
 * The stream is complete.
 * @param {bigint} lost How many messages its server had lost.
 */
export function showDone(lost) {
  showWord("Complete", "closed");
  element("state").dataset.complete = "";
  element("done").textContent = lost === 0n
    ? "Complete: every message has arrived."
    : `Complete, but the server has lost messages: ${lost}.`;
  element("done").classList.toggle("lossy", lost > 0n);
  element("done").hidden = false;
}

/** @param {string} traceId */
export function showTrace(traceId) {
  element("trace").textContent = traceId;
}

/**
 * Add a message to the end of the page.
 * @param {StreamEvent} event
 * @param {string} when
 */
export function addMessage(event, when) {
  const item = document.createElement("li");
  item.className = "message";
  item.dataset.event = event.type;
  if (event.id !== null) item.dataset.id = event.id;
  const text = readable(event);
  if (text !== null) item.append(child("p", "text", text));
  item.append(child("p", text === null ? "data" : "data raw", event.data));
  item.append(child("p", "meta", [event.id && `#${event.id}`, event.type, when].filter(Boolean).join(" · ")));
  element("messages").append(item);
  element("empty").hidden = true;
  scrollSoon();
}

/**
 * @param {StreamEvent} event
 * @param {string} when
 */
export function showHeartbeat(event, when) {
  const heartbeat = element("heartbeat");
  heartbeat.dataset.count = String(Number(heartbeat.dataset.count) + 1);
  heartbeat.textContent = [when, readable(event)].filter(Boolean).join(" · ");
  heartbeat.title = event.data;
}

/** @param {Notice | null} notice Null: there is no trouble any more. */
export function showNotice(notice) {
  const shown = element("notice");
  setOrRemove(shown, "attempt", notice?.attempt ?? null);
  setOrRemove(shown, "retryIn", notice?.retryIn ?? null);
  setOrRemove(shown, "asked", notice?.asked ?? null);
  shown.textContent = notice?.message ?? "";
  // Not display: none: a notice is read out only where there was an element to watch.
  element("trouble").classList.toggle("hidden", notice === null);
}

/**
 * @param {number | null} left Seconds until the next try; null: none is to come.
 * @param {number} of Seconds of the whole wait.
 */
export function showCountdown(left, of) {
  element("countdown").hidden = left === null;
  element("countdown-text").textContent = left === null ? "" : `Next try in ${Math.ceil(left)} s`;
  if (left === null) return;
  /** @type {HTMLProgressElement} */ (element("countdown-bar")).value = of > 0 ? 1 - left / of : 1;
}

/** @param {string | null} message */
export function showError(message) {
  element("error").textContent = message ?? "";
  element("error").hidden = element("failure").hidden = message === null;
  if (message === null) return;
  showNotice(null);
  element("state").dataset.failed = "";
}

/**
 * Tell those who don't see the messages come how far the stream is.
 * @param {string} text
 */
export function announce(text) {
  element("progress").textContent = text;
}

/**
 * @param {PageMetrics} metrics
 * @param {{ duplicates: number, longestSilence: number, lastEventId: string | null }} client
 */
export function showMetrics(metrics, client) {
  element("count-delivered").textContent = String(metrics.delivered);
  element("count-lost").textContent = String(metrics.lost);
  element("count-duplicates").textContent = String(client.duplicates);
  element("count-reconnects").textContent = String(metrics.reconnectSeconds.length);
  element("count-stalls").textContent = String(metrics.stalls);
  element("longest-silence").textContent = `${client.longestSilence.toFixed(1)} s`;
  element("last-id").textContent = client.lastEventId ?? "none";
}

/**
 * Add a line to the log; the oldest go when there are too many.
 * @param {string} when
 * @param {string} what
 * @param {string} text
 */
export function addLogLine(when, what, text) {
  const line = document.createElement("li");
  line.append(child("span", "when", when), " ", child("span", "what", what), " ", text);
  const log = element("log");
  log.append(line);
  if (log.childElementCount > MOST_LOG_LINES) log.firstElementChild?.remove();
  scrollSoon();
}

/**
 * Show one button in the place of another; who has just pressed the other by keyboard can press this one.
 * @param {HTMLButtonElement} button
 * @param {HTMLButtonElement} other
 */
function offer(button, other) {
  const focused = document.activeElement === other;
  button.hidden = false;
  other.hidden = true;
  if (focused) button.focus();
}

/**
 * @param {string} word
 * @param {State} state
 */
function showWord(word, state) {
  const shown = element("state");
  delete shown.dataset.complete;
  delete shown.dataset.failed;
  shown.dataset.state = state;
  shown.textContent = word;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} text
 */
function child(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/**
 * @param {HTMLElement} shown
 * @param {string} name
 * @param {number | null} value
 */
function setOrRemove(shown, name, value) {
  if (value === null) delete shown.dataset[name];
  else shown.dataset[name] = String(value);
}

const debug = /** @type {HTMLDetailsElement} */ (element("debug"));
debug.addEventListener("toggle", () => {
  // Not :has() in the style sheet: with it, each message would have all others styled anew.
  document.body.classList.toggle("debugging", debug.open);
  scrollSoon();
});

// Whether the newest message is kept in view: until the user scrolls up, and again from the end on.
let following = true;
let lastTop = 0;
let scrolling = false;

addEventListener("scroll", () => {
  const page = document.documentElement;
  if (page.scrollTop < lastTop) following = false;
  if (page.scrollHeight - page.scrollTop - page.clientHeight < AT_THE_END) following = true;
  lastTop = page.scrollTop;
});

// A notice must not cover the last message.
new ResizeObserver(scrollSoon).observe(element("dock"));

/** Once for all that comes before the next picture: where the end is, is dear to find out. */
function scrollSoon() {
  if (scrolling) return;
  scrolling = true;
  requestAnimationFrame(() => {
    scrolling = false;
    if (following) document.documentElement.scrollTop = document.documentElement.scrollHeight;
    if (debug.open) element("log").scrollTop = element("log").scrollHeight;
  });
}
