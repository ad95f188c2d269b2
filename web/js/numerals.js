// How numbers are written, as `mnist_core.numerals` writes them.

const MINUS = "\u2212";

/** @type {(number: number, digits?: number) => string} */
export function numeral(number, digits = 2) {
  const words = Math.abs(number).toFixed(digits);
  return number < 0 && /[1-9]/.test(words) ? MINUS + words : words;
}

/** @type {(number: number, digits?: number) => string} with its sign; what is rounded to 0 has none */
export function signed(number, digits = 2) {
  const words = numeral(number, digits);
  return number > 0 && /[1-9]/.test(words) ? `+${words}` : words;
}

/**
 * A probability in percent, as `mnist_core.numerals.probable_sign` words it: none is rounded to 0 or to 1.
 *
 * @param {number} probability
 */
export function probable(probability) {
  if (probability < 0.0005) return "<\u00a00.1\u00a0%";
  return probability > 0.9995 ? ">\u00a099.9\u00a0%" : `${(100 * probability).toFixed(1)}\u00a0%`;
}
