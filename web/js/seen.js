// What a page's networks look at now, and those networks: for all on the page that draw what becomes of it.

/** @typedef {import("./network.js").Answer} Answer */
/** @typedef {import("./network.js").Network} Network */

/**
 * @typedef {object} Seen
 * @property {Record<string, Network>} networks by their names
 * @property {Uint8Array | null} image (28, 28), 0 to 255; none where nothing is drawn
 * @property {Record<string, Answer>} answers to it by the names of the networks that have been asked
 * @property {Record<string, import("./inside/liking.js").Known>} known of their units, by the same names
 */

/** @type {Seen} */
let now = { networks: {}, image: null, answers: {}, known: {} };
/** @type {Set<(seen: Seen) => void>} */
const watching = new Set();

/** @param {Partial<Seen>} changed */
export function see(changed) {
  now = { ...now, ...changed, known: { ...now.known, ...changed.known } };
  for (const tell of watching) tell(now);
}

/**
 * Be told of what is there, and of each change.
 *
 * @param {(seen: Seen) => void} tell
 * @returns {() => void} what ends it
 */
export function watch(tell) {
  watching.add(tell);
  tell(now);
  return () => watching.delete(tell);
}
