// What a unit would like best: the test images that excite it most, and how the image that is seen now compares.

import { element } from "../elements.js";
import { Pixels } from "./paint.js";
import { largest, mapOf } from "./terms.js";
import { likingWords, oddWords } from "./words.js";

/**
 * What is known of a layer's units from test images, see `mnist_core.insight.all_images.units`.
 * @typedef {object} KnownLayer
 * @property {number} layer
 * @property {number[]} dead
 * @property {[number, number, number][]} doubled a unit, the one that it doubles, and their correlation
 * @property {number[][]} best for each unit the places among `images` of what excites it most
 * @property {number[][]} levels for each unit its activations at even shares of the test images, rising
 */

/**
 * @typedef {object} Known
 * @property {string} name of the network
 * @property {number} count test images that were looked at
 * @property {KnownLayer[]} layers
 * @property {Uint8Array} images (28, 28) bytes each
 */

export class Liking {
  constructor() {
    this.pictures = element("div", "", { className: "tiles" });
    this.now = element("p");
    this.odd = element("p", "", { className: "odd" });
    this.element = element("div", "", { className: "liking" });
    this.element.append(this.odd, element("h5", "What it would like best"), this.pictures, this.now);
    /** @type {number[] | undefined} */
    this.best = undefined;
  }

  /**
   * @param {Known | undefined} known
   * @param {import("./stages.js").Stage} stage
   * @param {number} unit
   * @param {import("../network.js").Answer} answer
   */
  show(known, stage, unit, answer) {
    const layer = known?.layers.find((each) => each.layer === stage.layer);
    this.element.hidden = !layer;
    if (!known || !layer) return;
    if (this.best !== layer.best[unit]) {
      this.best = layer.best[unit];
      const pictures = this.best.map(() => new Pixels("A test image that excites it"));
      this.pictures.replaceChildren(
        ...pictures.map(({ canvas }) => {
          const figure = element("figure");
          figure.append(canvas);
          return figure;
        }),
      );
      this.best.forEach((place, at) => {
        pictures[at].paint(known.images.subarray(784 * place, 784 * (place + 1)), 255);
      });
    }
    const isMap = stage.kind === "maps" || stage.kind === "pooled";
    const values = isMap ? mapOf(answer, stage.layer, unit) : answer.steps[stage.layer].values.subarray(unit, unit + 1);
    const value = values[largest(values)];
    const levels = layer.levels[unit];
    const below = levels.filter((level) => level < value).length;
    this.now.textContent = likingWords(value, below / levels.length, known.count);
    this.odd.textContent = oddWords(layer, unit, known.count);
  }
}
