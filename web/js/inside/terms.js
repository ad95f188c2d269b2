// The numbers within a network: what each unit added up, and what it passes on. They are those of `Network` in Python.

import { windows } from "../network.js";

/** @typedef {import("../network.js").Answer} Answer */
/** @typedef {import("../network.js").Network} Network */

/**
 * How a unit came to its number: the products and the bias add up to the sum, and the activation gives its value.
 * @typedef {object} Sum
 * @property {Float32Array} inputs
 * @property {Float32Array} weights one for each
 * @property {Float32Array} products
 * @property {number} bias
 * @property {number} sum
 * @property {number} value
 */

/**
 * @typedef {object} Passed what the units of a layer give the next one that weighs them
 * @property {number} to the place of that layer
 * @property {number} outputs how many units it has
 * @property {Float32Array} parts units by outputs, row by row
 */

/** @type {(answer: Answer, layer: number) => import("../network.js").Step} what a layer gets */
const before = (answer, layer) =>
  answer.steps[layer - 1] ?? { sums: answer.seen, values: answer.seen, shape: [28, 28, 1] };

/**
 * What a unit of a dense layer added up.
 *
 * @param {Network} network
 * @param {Answer} answer
 * @param {number} layer its place among the layers
 * @param {number} unit
 * @returns {Sum}
 */
export function sumOf(network, answer, layer, unit) {
  const [kernel, bias] = network.layers[layer].weights;
  const inputs = before(answer, layer).values;
  const weights = inputs.map((_, at) => kernel[at * bias.length + unit]);
  return { ...added(inputs, weights), bias: bias[unit], ...given(answer, layer, unit) };
}

/**
 * What a filter added up at one pixel of its map: under its window, a square a channel.
 *
 * @param {Network} network
 * @param {Answer} answer
 * @param {number} layer
 * @param {number} filter
 * @param {number} pixel of the map, row by row
 * @returns {Sum} windows row by row, of each pixel all channels
 */
export function windowSum(network, answer, layer, filter, pixel) {
  const { kernel_size: size = 1, strides = 1, weights: arrays } = network.layers[layer];
  const [kernel, bias] = arrays;
  const { values, shape } = before(answer, layer);
  const [, columns, filters] = answer.steps[layer].shape;
  const [, above] = windows(network.layers[layer], shape[0]);
  const [, beside] = windows(network.layers[layer], shape[1]);
  const [top, left] = [Math.floor(pixel / columns) * strides - above, (pixel % columns) * strides - beside];
  const channels = shape[2] ?? 1;
  const inputs = new Float32Array(size * size * channels);
  for (let at = 0; at < inputs.length; at++) {
    const channel = at % channels;
    const [i, j] = [Math.floor(at / channels / size), Math.floor(at / channels) % size];
    const [y, x] = [top + i, left + j];
    const isWithin = y >= 0 && x >= 0 && y < shape[0] && x < shape[1]; // Around the image lie zeros.
    inputs[at] = isWithin ? values[(y * shape[1] + x) * channels + channel] : 0;
  }
  const weights = inputs.map((_, at) => kernel[at * filters + filter]);
  return { ...added(inputs, weights), bias: bias[filter], ...given(answer, layer, pixel * filters + filter) };
}

/** @type {(inputs: Float32Array, weights: Float32Array) => Pick<Sum, "inputs" | "weights" | "products">} */
const added = (inputs, weights) => ({ inputs, weights, products: inputs.map((input, at) => input * weights[at]) });

/** @type {(answer: Answer, layer: number, at: number) => Pick<Sum, "sum" | "value">} */
function given(answer, layer, at) {
  const { sums, values } = answer.steps[layer];
  return { sum: sums[at], value: values[at] };
}

/**
 * The pixels of a map, or of all of a layer's units one number each.
 *
 * @param {Answer} answer
 * @param {number} layer
 * @param {number} map
 */
export function mapOf(answer, layer, map) {
  const { values, shape } = before(answer, layer + 1);
  const channels = shape[2] ?? 1;
  return Float32Array.from({ length: values.length / channels }, (_, at) => values[at * channels + map]);
}

/** @type {(numbers: Float32Array) => number} */
export const total = (numbers) => numbers.reduce((sum, each) => sum + each, 0);

/** @type {(values: ArrayLike<number>) => number} the place of the largest */
export function largest(values) {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at] > values[best]) best = at;
  return best;
}

/**
 * What each unit or map of a layer adds to each sum of the next dense layer; of a map all its pixels together.
 *
 * @param {Network} network
 * @param {Answer} answer
 * @param {number} layer
 * @returns {Passed | null} `null` where filters look at it next
 */
export function passedOn(network, answer, layer) {
  const to = network.layers.findIndex(({ weights }, at) => at > layer && weights.length);
  if (to < 0 || network.layers[to].kind !== "dense") return null;
  const [kernel, bias] = network.layers[to].weights;
  const { values } = before(answer, to);
  const { shape } = answer.steps[layer];
  const count = shape[shape.length - 1];
  const outputs = bias.length;
  const parts = new Float32Array(count * outputs);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!value) continue;
    const row = (at % count) * outputs;
    for (let output = 0; output < outputs; output++) parts[row + output] += value * kernel[at * outputs + output];
  }
  return { to, outputs, parts };
}

/**
 * The places of the numbers that are farthest from 0, the farthest first; none that is 0.
 *
 * @param {Float32Array} numbers
 * @param {number} count
 */
export function strongest(numbers, count) {
  /** @type {number[]} */
  const found = [];
  for (let at = 0; at < numbers.length; at++) {
    const size = Math.abs(numbers[at]);
    if (!size || (found.length === count && size <= Math.abs(numbers[found[count - 1]]))) continue;
    let place = found.length;
    while (place && Math.abs(numbers[found[place - 1]]) < size) place--;
    found.splice(place, 0, at);
    if (found.length > count) found.pop();
  }
  return found;
}
