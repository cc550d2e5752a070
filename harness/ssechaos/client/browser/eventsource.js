/**
 * The browser's own EventSource, with nothing around it: shows what it tells, and closes it at the last event.
 *
 * An event of a type without a listener is never heard of, so the types are listed here. `error` is two things: an
 * event of the stream, which has data, and the browser's word that the connection broke, which has none and no reason.
 */
import { Ending } from "./ending.js";

const TYPES = [
  "message", "content_chunk", "heartbeat", "ping", "gap", "complete",
  "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop",
];

const query = new URLSearchParams(location.search);
const until = query.get("until");
const own = /^event:([^]+)$/.exec(until ?? "")?.[1] ?? "message"; // the type of this stream's last event
const ending = new Ending(until);
/** @type {EventSource} */
let source;
const element = (id) => document.getElementById(id);

const showState = (state) => (element("state").dataset.state = state);

const showEvent = ({ type, lastEventId, data }) => {
  const shown = document.createElement("li");
  shown.dataset.event = type;
  if (lastEventId !== "") shown.dataset.id = lastEventId;
  const text = shown.appendChild(document.createElement("p"));
  text.className = "data";
  text.textContent = data;
  element("messages").append(shown);
};

const showHeartbeat = ({ data }) => {
  const shown = element("heartbeat");
  shown.title = data;
  shown.dataset.count = String(Number(shown.dataset.count) + 1);
};

const take = (event) => {
  if (event.type === "heartbeat") showHeartbeat(event);
  else showEvent(event);
  if (!ending.after({ type: event.type, data: event.data, id: event.lastEventId || null })) return;
  source.close();
  showState("closed");
  element("done").hidden = false;
};

const broke = () => {
  if (source.readyState === EventSource.CONNECTING) {
    showState("reconnecting");
    element("notice").textContent = "The browser reports an error, and connects again by itself.";
    return;
  }
  showState("closed");
  element("error").textContent = "The browser reports an error, and has closed the stream.";
  element("error").hidden = false;
};

const start = () => {
  showState("connecting");
  source = new EventSource(query.get("stream"));
  source.addEventListener("open", () => showState("open"));
  source.addEventListener("error", (event) => (event instanceof MessageEvent ? take(event) : broke()));
  for (const type of new Set([...TYPES, own])) if (type !== "error") source.addEventListener(type, take);
};

element("controls").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  start();
});
