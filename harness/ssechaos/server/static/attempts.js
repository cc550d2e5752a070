// @ts-check
/**
 * How many tries failed in a row, and how long to wait before the next: exponential, with jitter, bounded.
 *
 * Opening a connection is no success, or a server that accepts and dies would be tried for ever, in a tight loop.
 * Only something new of the stream begins the count again.
 */

/** @typedef {import("./policy.js").Policy} Policy */

/** The tries and waits since the stream last went on. */
export class Attempts {
  /** How many tries began since then; the present one is among them. */
  tries = 0;
  #waits = 0;
  #policy;
  #random;

  /**
   * @param {Policy} policy
   * @param {() => number} random From 0 up to 1, as `Math.random`.
   */
  constructor(policy, random) {
    this.#policy = policy;
    this.#random = random;
  }

  /** Whether the policy allows no other try. */
  get exhausted() {
    return this.tries >= this.#policy.maxAttempts;
  }

  /** A try begins; returns how many failed in a row before it. */
  begin() {
    this.tries += 1;
    return this.tries - 1;
  }

  /** The stream went on. */
  succeed() {
    this.tries = this.#waits = 0;
  }

  /**
   * Seconds to wait before the next try.
   *
   * The policy's step is raised to `retry`, the reconnection time of the stream, but stays under the policy's cap.
   * Jitter varies it both ways, and narrows at the cap rather than being cut off there, or half of all clients would
   * come back at the very same moment. `retryAfter`, which a response asks for, is a minimum even beyond the cap,
   * and is varied upwards only.
   * @param {number} retry Seconds.
   * @param {number} retryAfter Seconds.
   */
  wait(retry, retryAfter) {
    const { backoff, backoffCap, jitter } = this.#policy;
    const step = backoff[Math.min(this.#waits, backoff.length - 1)];
    this.#waits += 1;
    const base = Math.min(Math.max(step, retry), backoffCap);
    const least = Math.max(base * (1 - jitter), Math.min(retry, backoffCap * (1 - jitter)));
    const most = Math.min(base * (1 + jitter), backoffCap);
    const low = Math.max(least, retryAfter);
    return low + (Math.max(most, retryAfter * (1 + jitter)) - low) * this.#random();
  }
}
