// What is said of the inside of a network.

import { numeral, probable, signed } from "../numerals.js";
import { largest, passedOn, strongest } from "./terms.js";

/** @typedef {import("./stages.js").Stage} Stage */

/** @type {(stage: Stage) => string} */
export function titleOf({ kind, count, shown, side }) {
  if (kind === "image") return "Image";
  if (kind === "outputs") return side ? "What each pixel adds to each digit" : "Outputs";
  if (kind === "pooled") return "Pooled";
  if (kind === "maps") return `${count} maps`;
  return shown.length < count ? `${shown.length} of ${count} units` : `${count} hidden units`;
}

/** @type {(stage: Stage, unit: number) => string} what a map, unit or output is called; people count from 1 */
export function nameOf({ kind }, unit) {
  if (kind === "outputs") return `output ${unit}`;
  if (kind === "units") return `unit ${unit + 1}`;
  return `${kind === "maps" ? "map" : "pooled map"} ${unit + 1}`;
}

/** @type {Record<string, string>} activations by their names */
const TITLES = {
  relu: "ReLU",
  sigmoid: "Sigmoid",
  tanh: "tanh",
  elu: "ELU",
  linear: "No activation",
  relu6: "ReLU up to 6",
  selu: "SELU",
  silu: "SiLU",
  gelu: "GELU",
  softplus: "Softplus",
  softmax: "Softmax",
};

/** @type {(name: string) => string} */
export const activationTitle = (name) => TITLES[name] ?? name.replace(/^leaky_relu\((.*)\)$/, "Leaky ReLU ($1)");

/**
 * A sum as one would check it by hand: "0.98 × 0.43 + 0.91 × 0.40 + … − 0.12 = 2.17. ReLU: 2.17".
 *
 * @param {import("./terms.js").Sum} sum
 * @param {number[]} places of the products that are named
 * @param {string} activation
 */
export function formula({ inputs, weights, bias, sum, value }, places, activation) {
  const named = places.map((at) => `${numeral(inputs[at])} × ${bracketed(weights[at])}`);
  const parts = [...named, ...(named.length < inputs.length ? ["…"] : [])].join(" + ");
  const result = activation === "linear" ? "" : `. ${activationTitle(activation)}: ${numeral(value, fine(value))}`;
  return `${parts} ${bias < 0 ? "\u2212" : "+"} ${numeral(Math.abs(bias))} = ${numeral(sum)}${result}`;
}

/** @type {(number: number) => string} what is below 0 in brackets, since it stands behind another sign */
const bracketed = (number) => (number < 0 ? `(${numeral(number)})` : numeral(number));

/** @type {(value: number) => number} digits behind the point that tell it from 0 and from 1 */
const fine = (value) => (value > 0 && value < 1 && (value < 0.005 || value > 0.995) ? 4 : 2);

/** @type {(pixel: number, columns: number) => string} people count from 1 */
export const pixelName = (pixel, columns) => `row ${Math.floor(pixel / columns) + 1}, column ${(pixel % columns) + 1}`;

/** @type {(stage: Stage, unit: number, answer: import("../network.js").Answer) => string} behind its name */
export function valueWords({ kind, layer, count }, unit, answer) {
  if (kind === "outputs") return `: ${probable(answer.probabilities[unit])}`;
  const { values } = answer.steps[layer];
  if (kind === "units") return `: ${numeral(values[unit])}`;
  let most = -Infinity;
  for (let at = unit; at < values.length; at += count) most = Math.max(most, values[at]);
  return `: at most ${numeral(most)}`;
}

/**
 * The five units or maps that passed on most, and what they did; where there are none, the five digits with the largest
 * sums.
 *
 * @param {import("../network.js").Network} network
 * @param {import("../network.js").Answer} answer
 * @param {Stage[]} stages
 * @returns {string[]}
 */
export function strongestWords(network, answer, stages) {
  const [from, to] = stages.slice(-2);
  const { sums } = answer.steps[to.layer];
  const passed = from.layer < 0 ? null : passedOn(network, answer, from.layer);
  if (!passed) {
    const order = [...sums.keys()].sort((one, other) => sums[other] - sums[one]).slice(0, 5);
    return order.map(
      (digit) => `${digit}: the sum is ${numeral(sums[digit])}, ${probable(answer.probabilities[digit])}.`,
    );
  }
  const all = [...Array(from.count).keys()];
  const rows = all.map((unit) => passed.parts.subarray(unit * passed.outputs, (unit + 1) * passed.outputs));
  const sizes = Float32Array.from(rows, (row) => row.reduce((total, part) => total + Math.abs(part), 0));
  return strongest(sizes, 5).map((unit) => {
    const row = rows[unit];
    const [most, least] = [largest(row), largest(row.map((part) => -part))];
    const parts = [
      ...(row[most] > 0 ? [`spoke for ${most} with ${signed(row[most])}`] : []),
      ...(row[least] < 0 ? [`against ${least} with ${signed(row[least])}`] : []),
    ];
    const gave = valueWords(from, unit, answer).slice(2);
    return `${capital(nameOf(from, unit))} gave ${gave}: it ${parts.join(" and ") || "spoke for nothing"}.`;
  });
}

/** @type {(words: string) => string} */
export const capital = (words) => words[0].toUpperCase() + words.slice(1);

/**
 * How what a unit makes of an image compares with what it makes of test images.
 *
 * @param {number} value
 * @param {number} share of the test images that excite it less
 * @param {number} count of them
 */
export function likingWords(value, share, count) {
  const images = `${count.toLocaleString("en")} test images`;
  if (value === 0) return "What it sees now leaves it silent.";
  if (share > 0.995) return `None of ${images} excites it more than what it sees now.`;
  return `What it sees now excites it more than ${Math.round(100 * share)} of 100 of the ${images} do.`;
}

/**
 * What is odd about a unit, or nothing.
 *
 * @param {import("./liking.js").KnownLayer} layer
 * @param {number} unit
 * @param {number} count test images that were looked at
 */
export function oddWords({ dead, doubled }, unit, count) {
  if (dead.includes(unit)) return `It is dead: none of ${count.toLocaleString("en")} test images makes it speak.`;
  const pair = doubled.find(([each]) => each === unit);
  return pair
    ? `It doubles unit ${pair[1] + 1}: the two rise and fall together (correlation ${numeral(pair[2])}).`
    : "";
}
