// Whole numbers and bounds, as NumPy makes them.

/** @type {(value: number, low: number, high: number) => number} */
export const clip = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * To the nearest whole number, halves to the even one, as NumPy's `rint`.
 * @type {(value: number) => number}
 */
export function rint(value) {
  const near = Math.round(value);
  return value - Math.floor(value) === 0.5 && near % 2 !== 0 ? near - 1 : near;
}
