// The forward pass of `mnist_core.network.network.Network`, and networks as `ui.draw.live.packed` sends them.

import { straighten } from "./drawing/image.js";

/**
 * A layer as `mnist_core.network.architectures` describes it, with what its kind has.
 * @typedef {object} Layer
 * @property {string} kind
 * @property {string} [activation]
 * @property {number} [kernel_size] of a square kernel
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
export const ACTIVATIONS = {
  relu: (z) => Math.max(z, 0),
  sigmoid: (z) => 0.5 * (Math.tanh(0.5 * z) + 1),
  tanh: Math.tanh,
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  linear: (z) => z,
};

/** @type {Record<string, (layer: Layer, values: Float32Array, shape: number[]) => Values>} */
const LAYERS = {
  flatten: (_, values) => [values, [values.length]],
  dense,
  conv2d,
  max_pooling2d: maxPooling,
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

/** @param {Uint8Array} bytes */
const weightsAt = (bytes) => 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);

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

/** @type {(values: Float32Array, name: string) => Float32Array} */
function activated(values, name) {
  if (name === "softmax") return softmax(values); // None of one value by itself.
  const activation = ACTIVATIONS[name];
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
 * Sums under every window of a square kernel (rows, columns, channels, filters), without padding.
 * @type {(layer: Layer, values: Float32Array, shape: number[]) => Values}
 */
function conv2d(layer, values, [height, width, channels]) {
  const [kernel, bias] = layer.weights;
  const filters = bias.length;
  const size = /** @type {number} */ (layer.kernel_size);
  const [rows, columns] = [height - size + 1, width - size + 1];
  const sums = new Float32Array(rows * columns * filters);
  // From each pixel to all windows that hold it: a blank pixel is passed over at once.
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const value = values[(y * width + x) * channels + channel];
        if (!value) continue;
        for (let i = Math.max(0, y - rows + 1); i <= Math.min(size - 1, y); i++) {
          for (let j = Math.max(0, x - columns + 1); j <= Math.min(size - 1, x); j++) {
            let sum = ((y - i) * columns + x - j) * filters;
            let weight = ((i * size + j) * channels + channel) * filters;
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
 * The largest of each `size` x `size` pixels; what is left over at the far edges is dropped.
 * @type {(layer: Layer, values: Float32Array, shape: number[]) => Values}
 */
function maxPooling(layer, values, [height, width, channels]) {
  const size = /** @type {number} */ (layer.size);
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  const largest = new Float32Array(rows * columns * channels).fill(-Infinity);
  for (let y = 0; y < rows * size; y++) {
    for (let x = 0; x < columns * size; x++) {
      const from = (y * width + x) * channels;
      const to = (Math.floor(y / size) * columns + Math.floor(x / size)) * channels;
      for (let channel = 0; channel < channels; channel++) {
        if (values[from + channel] > largest[to + channel]) largest[to + channel] = values[from + channel];
      }
    }
  }
  return [largest, [rows, columns, channels]];
}
