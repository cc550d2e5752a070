// @ts-check
/** What a client promises: when it takes silence as a stall, and how it comes back. */

/**
 * @typedef {object} Policy Durations are seconds.
 * @property {number} silenceThreshold Silence that is taken as a stall.
 * @property {boolean} adoptServerThreshold Whether `X-Silence-Threshold` of the server replaces that.
 * @property {number} connectTimeout From the start of an attempt to the response's head.
 * @property {readonly number[]} backoff Waits before the first, second, … try after a break; the last one repeats.
 * @property {number} backoffCap No wait is longer, jitter included, unless the server asks with `Retry-After`.
 * @property {number} jitter Each wait is varied by up to this share, both ways.
 * @property {number} maxAttempts After so many failed tries in a row the client gives up, visibly.
 * @property {number} reorderBuffer How many early events are kept while a missing one is awaited.
 * @property {number} gapPatience How long a missing event may still come by itself before a replay is asked for.
 * @property {string | null} until What completes the stream: `event:NAME`, `data:TEXT` or `events:N`; null: the usual
 *   last events, which are `complete`, `message_stop` and the data `[DONE]`.
 */

/** @type {Readonly<Policy>} */
export const DEFAULT_POLICY = Object.freeze({
  silenceThreshold: 30,
  adoptServerThreshold: true,
  connectTimeout: 5,
  backoff: Object.freeze([1, 2, 4, 5]),
  backoffCap: 5,
  jitter: 0.1,
  maxAttempts: 20,
  reorderBuffer: 256,
  gapPatience: 0.25,
  until: null,
});

/**
 * The default policy with what was chosen.
 * @param {Partial<Policy>} chosen What is undefined, or no part of a policy, is passed over.
 * @returns {Policy}
 * @throws {RangeError} A value makes no sense; says which.
 */
export function policyOf(chosen) {
  const known = Object.entries(chosen).filter(([name, value]) => name in DEFAULT_POLICY && value !== undefined);
  const policy = /** @type {Policy} */ ({ ...DEFAULT_POLICY, ...Object.fromEntries(known) });
  for (const [name, value] of Object.entries(policy)) {
    if (typeof value === "number" && !(value >= 0)) throw new RangeError(`${name} is a number from 0 up, not ${value}`);
  }
  if (policy.backoff.length === 0 || !policy.backoff.every((wait) => wait >= 0)) {
    throw new RangeError("backoff needs at least one wait, none negative; the default is [1, 2, 4, 5] seconds");
  }
  return policy;
}
