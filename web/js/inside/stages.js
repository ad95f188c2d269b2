// What is drawn of a network: the image, what each layer makes of it, the ten outputs.

import { windows } from "../network.js";

/** @typedef {import("../network.js").Layer} Layer */
/** @typedef {import("../network.js").Network} Network */

/**
 * One step on the way from the image to the outputs, as it is drawn.
 * @typedef {object} Stage
 * @property {"image" | "maps" | "pooled" | "units" | "outputs"} kind
 * @property {number} layer its place among the network's layers, -1 of the image
 * @property {number} count maps or units that there are
 * @property {number[]} shown those of them that are drawn
 * @property {number} side pixels of a map's side, or of the picture of what a unit weighs; 0 where it has no picture
 */

const MOST = 144; // units that are drawn

/**
 * @param {Network} network
 * @returns {Stage[]}
 */
export function stagesOf({ layers }) {
  /** @type {Stage[]} */
  const stages = [{ kind: "image", layer: -1, count: 1, shown: [0], side: 28 }];
  let shape = [28, 28, 1];
  let pixels = true; // whether a layer still gets the image itself
  layers.forEach((layer, at) => {
    shape = shapeAfter(layer, shape);
    const count = shape[shape.length - 1];
    if (layer.kind === "dense") {
      const kind = at === layers.length - 1 ? "outputs" : "units";
      stages.push({ kind, layer: at, count, shown: strongest(layers, at, count), side: pixels ? 28 : 0 });
    } else if (layer.kind !== "flatten" && layer.kind !== "scaling") {
      const kind = layer.kind === "conv2d" ? "maps" : "pooled";
      stages.push({ kind, layer: at, count, shown: strongest(layers, at, count), side: shape[0] });
    }
    pixels &&= layer.kind === "flatten";
  });
  return stages;
}

/** @type {(stages: Stage[]) => string} a text that is the same for networks with the same layers */
export const shapeOf = (stages) => stages.map(({ kind, count, side }) => `${kind} ${count} ${side}`).join();

/**
 * @param {Layer} layer
 * @param {number[]} shape of what it gets
 * @returns {number[]} of what it gives
 */
export function shapeAfter(layer, shape) {
  const [height, width, channels] = shape;
  if (layer.kind === "scaling") return shape;
  if (layer.kind === "flatten") return [shape.reduce((product, size) => product * size, 1)];
  if (layer.kind === "dense") return [layer.weights[1].length];
  if (layer.kind === "conv2d") {
    return [windows(layer, height)[0], windows(layer, width)[0], layer.weights[1].length];
  }
  const size = /** @type {number} */ (layer.size);
  return [Math.floor(height / size), Math.floor(width / size), channels];
}

/**
 * The places of units: all, or those to which the next layer gives the largest weights; of maps the first.
 * @type {(layers: Layer[], at: number, count: number) => number[]}
 */
function strongest(layers, at, count) {
  const all = [...Array(count).keys()];
  const next = layers.slice(at + 1).find(({ weights }) => weights.length);
  if (count <= MOST || !next) return all;
  if (layers[at].kind !== "dense") return all.slice(0, MOST);
  const [kernel] = next.weights;
  const each = kernel.length / count;
  const weights = all.map((unit) => kernel.subarray(unit * each, (unit + 1) * each).reduce((sum, w) => sum + w * w, 0));
  return all
    .sort((one, other) => weights[other] - weights[one])
    .slice(0, MOST)
    .sort((one, other) => one - other);
}
