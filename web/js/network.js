// The forward pass of `mnist_core.network.network.Network`, and networks as `ui.draw.live.packed` sends them.

import { straighten } from "./drawing/image.js";

/**
 * A layer as `mnist_core.network.architectures` describes it, with what its kind has.
 * @typedef {object} Layer
 * @property {string} kind
 * @property {string} [activation]
 * @property {number} [kernel_size] of a square kernel
 * @property {string} [padding] "valid", or "same" where zeros lie around the image
 * @property {number} [strides] from one window to the next
 * @property {number} [size] of the squares that are pooled
 * @property {Float32Array[]} weights kernel and bias, or none
 */

/**
 * @typedef {object} Network
 * @property {boolean} straighten whether it looks at images set upright
 * @property {number} temperature that its sums are divided by
 * @property {Layer[]} layers
 */

/**
 * What a layer made of what it was given.
 * @typedef {object} Step
 * @property {Float32Array} sums before its activation
 * @property {Float32Array} values after it
 * @property {number[]} shape of either: rows, columns, channels, or one number
 */

/**
 * What a network says, and how it came to that.
 * @typedef {object} Answer
 * @property {Float32Array} outputs ten
 * @property {Float32Array} probabilities ten
 * @property {Float32Array} seen (28, 28) pixels as its first layer gets them, 0 to 1
 * @property {Step[]} steps one a layer
 */

/** @typedef {[Float32Array, number[]]} Values numbers, and their shape: rows, columns, channels, or one number */

/** @type {Record<string, (z: number) => number>} those that work on one number */
const ACTIVATIONS = {
  relu: (z) => Math.max(z, 0),
  sigmoid,
  tanh: Math.tanh,
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  linear: (z) => z,
  relu6: (z) => Math.min(Math.max(z, 0), 6),
  selu: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
  silu: (z) => z * sigmoid(z),
  gelu: (z) => 0.5 * z * (1 + erf(z * Math.SQRT1_2)),
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
};
const LEAKY = /^leaky_relu\(([0-9.e-]+)\)$/;

/** @type {Record<string, (layer: Layer, values: Float32Array, shape: number[]) => Values>} */
const LAYERS = {
  flatten: (_, values) => [values, [values.length]],
  dense,
  conv2d,
  max_pooling2d: maxPooling,
  average_pooling2d: averagePooling,
  scaling,
};

/**
 * What `Network.answers` gives.
 *
 * @param {Network} network
 * @param {Uint8Array} image (28, 28), 0 to 255
 * @returns {Answer}
 */
export function forward(network, image) {
  const upright = network.straighten ? straighten(image) : image;
  const seen = Float32Array.from(upright, (pixel) => pixel / 255);
  /** @type {Step[]} */
  const steps = [];
  /** @type {Step} */
  let last = { sums: seen, values: seen, shape: [28, 28, 1] };
  for (const layer of network.layers) {
    const [sums, shape] = LAYERS[layer.kind](layer, last.values, last.shape);
    last = { sums, values: layer.activation ? activated(sums.slice(), layer.activation) : sums, shape };
    steps.push(last);
  }
  const probabilities = softmax(last.sums.map((sum) => sum / network.temperature));
  return { outputs: last.values, probabilities, seen, steps };
}

/**
 * Outputs as parts of 1, as `network.shares`.
 *
 * @param {Float32Array} outputs
 */
export function shares(outputs) {
  const total = outputs.reduce((sum, output) => sum + output, 0);
  return outputs.map((output) => (total > 0 ? output / total : 1 / outputs.length));
}

/**
 * The header of packed networks, as text: it names each, and a name changes with the weights.
 *
 * @param {Uint8Array} bytes
 */
export function headerOf(bytes) {
  return new TextDecoder().decode(bytes.subarray(4, weightsAt(bytes)));
}

/**
 * Where what the header is of begins.
 * @param {Uint8Array} bytes
 */
export const weightsAt = (bytes) => 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);

/**
 * Networks by their names.
 *
 * @param {Uint8Array} bytes the length of a header as four bytes, the header as JSON, and all weights as float32
 * @returns {Record<string, Network>}
 */
export function unpacked(bytes) {
  const copy = bytes.slice(); // Numbers must begin at whole words of their own memory.
  let at = weightsAt(copy);
  const take = (/** @type {number[]} */ shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    at += 4 * count;
    return new Float32Array(copy.buffer, at - 4 * count, count);
  };
  /** @type {(Omit<Network, "layers"> & { name: string, layers: (Layer & { shapes: number[][] })[] })[]} */
  const header = JSON.parse(headerOf(copy));
  const networks = header.map(({ name, layers, ...network }) => {
    const own = layers.map((layer) => ({ ...layer, weights: layer.shapes.map(take) }));
    return [name, { ...network, layers: own }];
  });
  return Object.fromEntries(networks);
}

/** @type {(sums: Float32Array) => Float32Array} the sums as parts of 1, in their place */
function softmax(sums) {
  const largest = Math.max(...sums);
  let total = 0;
  for (let at = 0; at < sums.length; at++) total += sums[at] = Math.exp(sums[at] - largest);
  for (let at = 0; at < sums.length; at++) sums[at] /= total;
  return sums;
}

/** @param {number} z */
function sigmoid(z) {
  return 0.5 * (Math.tanh(0.5 * z) + 1);
}

/** @type {(z: number) => number} the error function, as `network.operations` has it */
function erf(z) {
  const t = 1 / (1 + 0.3275911 * Math.abs(z));
  const powers = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(z) * (1 - powers * Math.exp(-z * z));
}

/** @type {(name: string) => ((z: number) => number) | undefined} none where it works on all units together */
export function activationOf(name) {
  const slope = LEAKY.exec(name)?.[1];
  return slope === undefined ? ACTIVATIONS[name] : (z) => (z > 0 ? z : Number(slope) * z);
}

/** @type {(values: Float32Array, name: string) => Float32Array} */
function activated(values, name) {
  if (name === "softmax") return softmax(values); // None of one value by itself.
  const activation = activationOf(name) ?? Number;
  for (let at = 0; at < values.length; at++) values[at] = activation(values[at]);
  return values;
}

/** @type {(layer: Layer, values: Float32Array) => Values} */
function dense(layer, values) {
  const [kernel, bias] = layer.weights;
  const units = bias.length;
  const sums = new Float32Array(units);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!value) continue; // Most of an image is blank.
    for (let unit = 0, weight = at * units; unit < units; unit++, weight++) sums[unit] += value * kernel[weight];
  }
  for (let unit = 0; unit < units; unit++) sums[unit] += bias[unit];
  return [sums, [units]];
}

/**
 * Sums under every window of a square kernel (rows, columns, channels, filters).
 * @type {(layer: Layer, values: Float32Array, shape: number[]) => Values}
 */
function conv2d(layer, values, [height, width, channels]) {
  const [kernel, bias] = layer.weights;
  const filters = bias.length;
  const size = /** @type {number} */ (layer.kernel_size);
  const step = layer.strides ?? 1;
  const [rows, top] = windows(layer, height);
  const [columns, left] = windows(layer, width);
  const sums = new Float32Array(rows * columns * filters);
  // From each pixel to all windows that hold it: a blank pixel is passed over at once.
  for (let y = 0; y < height; y++) {
    const firstRow = Math.max(0, Math.ceil((y + top - size + 1) / step));
    const lastRow = Math.min(rows - 1, Math.floor((y + top) / step));
    for (let x = 0; x < width; x++) {
      const firstColumn = Math.max(0, Math.ceil((x + left - size + 1) / step));
      const lastColumn = Math.min(columns - 1, Math.floor((x + left) / step));
      for (let channel = 0; channel < channels; channel++) {
        const value = values[(y * width + x) * channels + channel];
        if (!value) continue;
        for (let row = firstRow; row <= lastRow; row++) {
          const i = y + top - row * step;
          for (let column = firstColumn; column <= lastColumn; column++) {
            let sum = (row * columns + column) * filters;
            let weight = ((i * size + x + left - column * step) * channels + channel) * filters;
            for (let filter = 0; filter < filters; filter++) sums[sum++] += value * kernel[weight++];
          }
        }
      }
    }
  }
  for (let at = 0; at < sums.length; at++) sums[at] += bias[at % filters];
  return [sums, [rows, columns, filters]];
}

/**
 * How many windows there are along a side of so many pixels, and how many zeros come before it.
 * @type {(layer: Layer, side: number) => [number, number]}
 */
export function windows({ kernel_size = 1, padding, strides = 1 }, side) {
  if (padding !== "same") return [Math.floor((side - kernel_size) / strides) + 1, 0];
  const count = Math.ceil(side / strides);
  return [count, Math.floor(Math.max(0, (count - 1) * strides + kernel_size - side) / 2)];
}

/**
 * Every channel times a number of its own, plus one.
 * @type {(layer: Layer, values: Float32Array, shape: number[]) => Values}
 */
function scaling(layer, values, shape) {
  const [factors, added] = layer.weights;
  return [values.map((value, at) => value * factors[at % factors.length] + added[at % factors.length]), shape];
}

/**
 * The mean of each `size` x `size` pixels; what is left over at the far edges is dropped.
 * @type {(layer: Layer, values: Float32Array, shape: number[]) => Values}
 */
function averagePooling(layer, values, shape) {
  const count = /** @type {number} */ (layer.size) ** 2;
  return pooled(layer, values, shape, 0, (sum, value) => sum + value / count);
}

/**
 * The largest of each `size` x `size` pixels; what is left over at the far edges is dropped.
 * @type {(layer: Layer, values: Float32Array, shape: number[]) => Values}
 */
function maxPooling(layer, values, shape) {
  return pooled(layer, values, shape, -Infinity, Math.max);
}

/** @type {(layer: Layer, values: Float32Array, shape: number[], first: number, join: (a: number, b: number) => number) => Values} */
function pooled(layer, values, [height, width, channels], first, join) {
  const size = /** @type {number} */ (layer.size);
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  const found = new Float32Array(rows * columns * channels).fill(first);
  for (let y = 0; y < rows * size; y++) {
    for (let x = 0; x < columns * size; x++) {
      const from = (y * width + x) * channels;
      const to = (Math.floor(y / size) * columns + Math.floor(x / size)) * channels;
      for (let channel = 0; channel < channels; channel++) {
        found[to + channel] = join(found[to + channel], values[from + channel]);
      }
    }
  }
  return [found, [rows, columns, channels]];
}
