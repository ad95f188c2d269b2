// One map: all of it, and one of its pixels as the sum under its window, or as the largest of those that it pools.

import { element } from "../elements.js";
import { numeral } from "../numerals.js";
import { nextPlace } from "../roving_focus.js";
import { Pixels, reach } from "./paint.js";
import { SumView } from "./sum.js";
import { largest, mapOf, windowSum } from "./terms.js";
import { capital, nameOf, pixelName } from "./words.js";

/** @typedef {import("../network.js").Answer} Answer */
/** @typedef {import("../network.js").Network} Network */

export class MapView {
  /**
   * @param {import("./stages.js").Stage} stage
   * @param {number} map
   */
  constructor(stage, map) {
    this.stage = stage;
    this.map = map;
    /** @type {number | undefined} */
    this.pixel = undefined; // the strongest, until one is pressed
    /** @type {[Network, Answer] | undefined} */
    this.last = undefined;
    this.picture = new Pixels();
    this.mark = element("i", "", { className: "mark" });
    this.field = element("div", "", { className: "field", tabIndex: 0, role: "application" });
    this.field.ariaLabel = `${capital(nameOf(stage, map))}: choose one of its pixels with the arrow keys`;
    this.field.append(this.picture.canvas, this.mark);
    this.field.onpointerdown = (event) => this.point(event);
    this.field.onkeydown = (event) => this.walk(event);
    this.where = element("p", "", { className: "where", ariaLive: "polite" });
    this.windows = element("div", "", { className: "windows" });
    this.sum = new SumView();
    const whole = element("figure", "", { className: "whole" });
    whole.append(this.field, element("figcaption", "Press a pixel, or walk with the arrow keys."));
    const numbers = element("div", "", { className: "numbers" });
    numbers.append(this.where, this.windows, this.sum.formula, this.sum.table);
    this.element = element("div", "", { className: "one" });
    this.element.append(whole, numbers);
    /** @type {Pixels[][]} */
    this.pictures = [];
  }

  /** @type {(network: Network, answer: Answer) => void} */
  show(network, answer) {
    this.last = [network, answer];
    const { layer, kind } = this.stage;
    const values = mapOf(answer, layer, this.map);
    const columns = answer.steps[layer].shape[1];
    this.picture.paint(values, reach(answer.steps[layer].values), { columns });
    const pixel = this.pixel ?? largest(values);
    this.mark.style.left = `${(100 * (pixel % columns)) / columns}%`;
    this.mark.style.top = `${(100 * Math.floor(pixel / columns) * columns) / values.length}%`;
    this.mark.style.width = this.mark.style.height = `${100 / columns}%`;
    this.where.textContent = `${this.pixel === undefined ? "Its strongest pixel: " : ""}${pixelName(pixel, columns)}`;
    if (kind === "maps") this.showWindow(network, answer, pixel);
    else this.showPool(network, answer, pixel, columns);
  }

  /** @type {(network: Network, answer: Answer, pixel: number) => void} */
  showWindow(network, answer, pixel) {
    const { layer } = this.stage;
    const sum = windowSum(network, answer, layer, this.map, pixel);
    const { activation = "linear", kernel_size: size = 1 } = network.layers[layer];
    const channels = sum.inputs.length / (size * size);
    if (this.pictures.length !== channels) this.makeWindows(channels);
    const [most, weighs] = [reach(sum.inputs), reach(sum.weights)];
    this.pictures.forEach((pictures, channel) => {
      const own = (/** @type {Float32Array} */ numbers) => numbers.filter((_, at) => at % channels === channel);
      pictures[0].paint(own(sum.inputs), most);
      pictures[1].paint(own(sum.weights), weighs, { signed: true });
      pictures[2].paint(own(sum.products), most * weighs, { signed: true });
    });
    this.sum.show(sum, activation, (at) => {
      const where = pixelName(Math.floor(at / channels), size);
      return channels > 1 ? `Map ${(at % channels) + 1}, ${where}` : capital(where);
    });
  }

  /** @param {number} channels that a window goes through */
  makeWindows(channels) {
    this.pictures = Array.from({ length: channels }, () => [new Pixels(), new Pixels(), new Pixels()]);
    const titles = ["Window", "Kernel", "Multiplied"];
    this.windows.replaceChildren(
      ...titles.map((title, at) => {
        const row = element("figure");
        const tiles = element("div", "", { className: channels > 1 ? "small" : "" });
        tiles.append(...this.pictures.map((pictures) => pictures[at].canvas));
        row.append(tiles, element("figcaption", title));
        return row;
      }),
    );
  }

  /** @type {(network: Network, answer: Answer, pixel: number, columns: number) => void} */
  showPool(network, answer, pixel, columns) {
    const { layer } = this.stage;
    const size = /** @type {number} */ (network.layers[layer].size);
    const under = mapOf(answer, layer - 1, this.map);
    const across = layer ? answer.steps[layer - 1].shape[1] : 28;
    const [top, left] = [Math.floor(pixel / columns) * size, (pixel % columns) * size];
    const numbers = Array.from(
      { length: size * size },
      (_, at) => under[(top + Math.floor(at / size)) * across + left + (at % size)],
    );
    const all = numbers.map((each) => numeral(each)).join(", ");
    const given = numeral(answer.steps[layer].values[pixel * this.stage.count + this.map]);
    const what = network.layers[layer].kind === "average_pooling2d" ? "mean" : "largest";
    this.sum.formula.textContent = `The ${what} of ${all}: ${given}`;
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (!this.last) return;
    const [rows, columns] = this.last[1].steps[this.stage.layer].shape;
    const { left, top, width, height } = this.field.getBoundingClientRect();
    /** @type {(share: number, count: number) => number} */
    const at = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    const [y, x] = [at((event.clientY - top) / height, rows), at((event.clientX - left) / width, columns)];
    this.pixel = y * columns + x;
    this.show(...this.last);
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    if (!this.last) return;
    const [rows, columns] = this.last[1].steps[this.stage.layer].shape;
    const values = mapOf(this.last[1], this.stage.layer, this.map);
    const next = nextPlace(event.key, this.pixel ?? largest(values), rows * columns, { columns });
    if (next === undefined) return;
    event.preventDefault();
    this.pixel = next;
    this.show(...this.last);
  }
}
