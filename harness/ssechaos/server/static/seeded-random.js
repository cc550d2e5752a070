// @ts-check
/** Random numbers that can be repeated, for runs that are to be the same every time; never for secrets. */

/**
 * The generator mulberry32 (Tommy Ettinger, public domain): numbers from 0 up to 1, as `Math.random` gives them.
 * @param {number} seed
 * @returns {() => number}
 */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A trace id of 32 hexadecimal digits.
 * @param {() => number} random
 */
export function traceId(random) {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
}
