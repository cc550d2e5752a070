// @ts-check
/** What the page's own address asks for: which stream, under which policy. */

import { DEFAULT_POLICY } from "./policy.js";

/** @typedef {import("./policy.js").Policy} Policy */

/**
 * @typedef {object} Settings
 * @property {string | null} stream The stream's address; null: not said.
 * @property {boolean} autostart
 * @property {number | null} seed Of everything random; null: not to be repeated.
 * @property {string | null} beacon Where to report how a stream went; null: nowhere.
 * @property {Partial<Policy>} policy
 */

/**
 * Read the query of the page's address; what it does not name is left out.
 * @param {URLSearchParams} query
 * @param {string | null} beacon Where the page reports to, unless the query says otherwise.
 * @returns {Settings}
 * @throws {RangeError} A value can't be read; says which.
 */
export function settingsFrom(query, beacon) {
  const seed = query.get("seed");
  return {
    stream: query.get("stream"),
    autostart: query.get("autostart") === "1",
    seed: seed === null ? null : number("seed", seed),
    beacon: (query.get("beacon") ?? beacon) || null,
    policy: policyFrom(query),
  };
}

/**
 * @param {URLSearchParams} query
 * @returns {Partial<Policy>}
 */
function policyFrom(query) {
  const named = Object.entries(DEFAULT_POLICY).filter(([name]) => query.has(name));
  return Object.fromEntries(named.map(([name, usual]) => [name, value(name, query.get(name) ?? "", usual)]));
}

/**
 * The text as the kind of value that a default is.
 * @param {string} name
 * @param {string} text
 * @param {unknown} usual
 */
function value(name, text, usual) {
  if (Array.isArray(usual)) return text.split(",").map((part) => number(name, part));
  if (typeof usual === "boolean") return text === "1" || text === "true";
  return typeof usual === "number" ? number(name, text) : text;
}

/**
 * @param {string} name
 * @param {string} text
 */
function number(name, text) {
  const read = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(read)) throw new RangeError(`${name} in the address is a number, not '${text}'`);
  return read;
}
