// @ts-check
/** The page: one stream at a time, shown as it goes. */

import { PageMetrics } from "./page-metrics.js";
import { settingsFrom } from "./page-settings.js";
import * as view from "./page-view.js";
import { seededRandom, traceId } from "./seeded-random.js";
import { StreamClient } from "./stream-client.js";

/** @typedef {import("./reconnect.js").Notice} Notice */
/** @typedef {import("./reconnect.js").State} State */
/** @typedef {import("./sse-parser.js").StreamEvent} StreamEvent */

const REFRESH = 250; // milliseconds between two looks at what changes by itself: the countdown, the longest silence
const ANNOUNCE_EVERY = 25; // messages

const now = () => performance.now() / 1000;
const time = () => new Date().toLocaleTimeString([], { hour12: false });

/** One stream on the page, from its start to its end. */
class Reading {
  #client;
  #metrics;
  #beacon;
  #begun = now();
  #refresh = setInterval(() => this.#show(), REFRESH);
  /** @type {{ at: number, wait: number } | null} */
  #nextTry = null;
  #noticeIsOfRetry = false;

  /**
   * @param {string} address
   * @param {import("./stream-client.js").Options} options
   * @param {string | null} beacon
   */
  constructor(address, options, beacon) {
    this.#metrics = new PageMetrics(options.lastEventId ?? null);
    this.#beacon = beacon;
    this.#client = new StreamClient(address, options);
    for (const what of ["event", "state", "notice", "attempt", "head", "failure", "done"]) {
      this.#client.addEventListener(what, (told) => this.#take(what, /** @type {CustomEvent} */ (told).detail));
    }
  }

  get lastEventId() {
    return this.#client.lastEventId;
  }

  start() {
    this.#client.start();
  }

  /** End it, if it goes on. */
  stop() {
    if (this.#client.state === "closed") return;
    this.#client.stop();
    view.showNotice(null);
    this.#log("stopped", "by the user");
    this.#over();
  }

  /** The user leaves the page. */
  leave() {
    if (this.#client.state === "closed") return;
    this.stop();
    this.#report();
  }

  /**
   * @param {string} what
   * @param {any} detail
   */
  #take(what, detail) {
    switch (what) {
      case "event": return this.#deliver(detail);
      case "state": return this.#showState(detail.state);
      case "notice": return this.#notify(detail);
      case "attempt": return this.#log("attempt", `${detail.attempt} after id ${detail.lastEventId ?? "none"}`);
      case "head": return this.#showHead(detail.status, detail.headers);
      case "failure": return this.#fail(detail.message);
      case "done": return this.#complete();
    }
  }

  /** @param {StreamEvent} event */
  #deliver(event) {
    this.#metrics.deliver(event, now());
    if (event.type === "heartbeat") {
      view.showHeartbeat(event, time());
      this.#log("heartbeat", event.data);
      return;
    }
    view.addMessage(event, time());
    this.#log("event", `${event.type} id ${event.id ?? "none"}, ${event.data.length} characters`);
    if (this.#metrics.delivered % ANNOUNCE_EVERY === 0) view.announce(`${this.#metrics.delivered} messages`);
  }

  /** @param {State} state */
  #showState(state) {
    this.#metrics.show(state, now());
    view.showState(state);
    if (state !== "waiting" && state !== "reconnecting") this.#nextTry = null;
    if (state === "open" && this.#noticeIsOfRetry) view.showNotice(null);
    this.#log("state", state);
    this.#show();
  }

  /** @param {Notice} notice */
  #notify(notice) {
    this.#noticeIsOfRetry = notice.attempt !== null;
    if (notice.retryIn !== null) this.#nextTry = { at: now() + notice.retryIn, wait: notice.retryIn };
    this.#metrics.tell();
    view.showNotice(notice);
    this.#log("notice", notice.message);
    this.#show();
  }

  /**
   * @param {number} status
   * @param {Headers} headers
   */
  #showHead(status, headers) {
    if (headers.has("x-stream-max-seconds")) this.#metrics.countFromOne();
    const trace = headers.get("x-trace-id");
    if (trace !== null) view.showTrace(trace); // an answer of somebody on the way has none
    this.#log("answer", `${status} ${headers.get("content-type") ?? "without media type"}`);
  }

  /** @param {string} message */
  #fail(message) {
    this.#metrics.tell();
    view.showError(message);
    this.#log("failure", message);
    this.#over();
    this.#report();
  }

  #complete() {
    this.#metrics.complete();
    view.showNotice(null);
    view.showDone(this.#metrics.lost);
    view.announce(`Complete: ${this.#metrics.delivered} messages`);
    this.#log("done", `${this.#metrics.delivered} messages`);
    this.#over();
    this.#report();
  }

  #over() {
    clearInterval(this.#refresh);
    this.#nextTry = null;
    this.#show();
  }

  #report() {
    if (this.#beacon === null) return;
    const report = JSON.stringify(this.#metrics.report());
    navigator.sendBeacon(this.#beacon, new Blob([report], { type: "application/json" }));
  }

  #show() {
    view.showMetrics(this.#metrics, this.#client);
    const next = this.#nextTry;
    view.showCountdown(next && Math.max(0, next.at - now()), next?.wait ?? 0);
  }

  /**
   * @param {string} what
   * @param {string} text
   */
  #log(what, text) {
    view.addLogLine(`${(now() - this.#begun).toFixed(3)} s`, what, text);
  }
}

/** What the page's address asked for, and the stream that is on the page. */
class Page {
  #settings;
  #random;
  /** @type {Reading | null} */
  #reading = null;

  constructor() {
    const beacon = document.querySelector("meta[name=ssechaos-beacon]")?.getAttribute("content") ?? null;
    this.#settings = settingsFrom(new URLSearchParams(location.search), beacon);
    this.#random = this.#settings.seed === null ? Math.random : seededRandom(this.#settings.seed);
    view.streamField.value = this.#settings.stream ?? "stream?events=50&interval=0.1";
  }

  /** Listen to the user, and begin if the address asks for it. */
  open() {
    view.controls.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#begin();
    });
    view.stopButton.addEventListener("click", () => this.#reading?.stop());
    view.retryButton.addEventListener("click", () => this.#goOn());
    addEventListener("pagehide", () => this.#reading?.leave());
    document.addEventListener("securitypolicyviolation", (violation) => this.#forbidden(violation));
    if (this.#settings.autostart) this.#begin();
  }

  #begin() {
    view.clear();
    this.#read(null);
  }

  #goOn() {
    this.#read(this.#reading?.lastEventId ?? null);
  }

  /** @param {string | null} lastEventId */
  #read(lastEventId) {
    view.begin();
    const options = { ...this.#settings.policy, random: this.#random, headers: { "X-Trace-ID": traceId(this.#random) } };
    try {
      const resumed = lastEventId === null ? {} : { lastEventId };
      this.#reading = new Reading(view.streamField.value, { ...options, ...resumed }, this.#settings.beacon);
      this.#reading.start();
    } catch (error) {
      view.showError(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {SecurityPolicyViolationEvent} violation */
  #forbidden(violation) {
    if (!violation.effectiveDirective.startsWith("connect-src")) return;
    this.#reading?.stop();
    view.showError(`This page may read streams of its own server only, not ${violation.blockedURI}.`);
  }
}

try {
  new Page().open();
} catch (error) {
  view.showError(error instanceof Error ? error.message : String(error));
}
