// One unit or output: what it weighs, what came in, the products, the sum, the activation, what it passes on.

import { element } from "../elements.js";
import { numeral, signed } from "../numerals.js";
import { BRIGHT, Pixels, reach, spread } from "./paint.js";
import { SumView, write } from "./sum.js";
import { mapOf, passedOn, strongest, sumOf, total } from "./terms.js";
import { capital, nameOf, pixelName } from "./words.js";

/** @typedef {import("../network.js").Answer} Answer */
/** @typedef {import("../network.js").Network} Network */
/** @typedef {import("./stages.js").Stage} Stage */

const SPEAKERS = 5; // units that are shown on either side

export class UnitView {
  /**
   * @param {Stage[]} stages
   * @param {number} at the step that it is of
   * @param {number} unit
   */
  constructor(stages, at, unit) {
    this.stage = stages[at];
    this.from = stages[at - 1];
    this.unit = unit;
    this.seesImage = this.stage.side > 0;
    const words = this.stage.kind === "outputs" ? "its digit" : "it";
    this.pictures = ["Its weights", "The image", "Multiplied"].map((label) => ({ label, picture: new Pixels(label) }));
    this.speakers = new Speakers(this.from);
    this.numbers = new SumView();
    this.sends = element("table", "", { className: "terms" });
    /** @type {HTMLElement[]} */
    const parts = [];
    if (this.seesImage) parts.push(this.sum());
    else parts.push(this.speakers.element);
    const numbers = element("div", "", { className: "numbers" });
    numbers.append(this.numbers.formula, this.numbers.table);
    const after = element("div", "", { className: "after" });
    after.append(this.numbers.curve);
    if (this.stage.kind !== "outputs") after.append(element("h5", "What it passes on"), this.sends);
    parts.push(numbers, after);
    this.element = element("div", "", { className: "one" });
    this.element.append(...parts);
    if (this.seesImage) {
      const key = element("p", "", { className: "key" });
      key.append(element("b", "Blue", { className: "for" }), ` speaks for ${words}, `);
      key.append(element("b", "orange", { className: "against" }), " against it.");
      this.element.append(key);
    }
  }

  /** The three pictures with their signs between them. */
  sum() {
    const row = element("div", "", { className: "product" });
    this.pictures.forEach(({ label, picture }, at) => {
      const figure = element("figure");
      figure.append(picture.canvas, element("figcaption", label));
      if (at) row.append(element("span", at === 1 ? "×" : "="));
      row.append(figure);
    });
    return row;
  }

  /** @type {(network: Network, answer: Answer) => void} */
  show(network, answer) {
    const { layer } = this.stage;
    const sum = sumOf(network, answer, layer, this.unit);
    this.numbers.show(sum, network.layers[layer].activation ?? "linear", (at) => this.nameOf(at, answer));
    if (this.seesImage) {
      const [weights, image, products] = this.pictures;
      const most = BRIGHT * spread(sum.weights);
      weights.picture.paint(sum.weights, most, { signed: true });
      image.picture.paint(sum.inputs, 1);
      products.picture.paint(sum.products, reach(sum.products), { signed: true });
    } else this.speakers.show(network, answer, this.unit);
    this.showSends(network, answer);
  }

  /** @type {(at: number, answer: Answer) => string} what an input is called */
  nameOf(at, answer) {
    if (this.seesImage) return capital(pixelName(at, 28));
    const { count, layer } = this.from;
    if (this.from.kind === "units") return capital(nameOf(this.from, at));
    const columns = answer.steps[layer]?.shape[1] ?? 1;
    return `${capital(nameOf(this.from, at % count))}, ${pixelName(Math.floor(at / count), columns)}`;
  }

  /** @type {(network: Network, answer: Answer) => void} */
  showSends(network, answer) {
    if (this.stage.kind === "outputs") return;
    const passed = passedOn(network, answer, this.stage.layer);
    if (!passed) return;
    const parts = passed.parts.subarray(this.unit * passed.outputs, (this.unit + 1) * passed.outputs);
    const kernel = network.layers[passed.to].weights[0];
    const value = answer.steps[this.stage.layer].values[this.unit];
    const outputs = [...parts.keys()].slice(0, 10);
    write(
      this.sends,
      outputs.map((to) => [
        `To ${to}`,
        `${numeral(value)} × ${numeral(kernel[this.unit * passed.outputs + to])}`,
        signed(parts[to]),
      ]),
    );
  }
}

/** Which units spoke for an output, and which against it, each with its picture. */
class Speakers {
  /** @param {Stage} from */
  constructor(from) {
    this.from = from;
    this.sides = ["Spoke for it", "Spoke against it"].map((title) => {
      const tiles = Array.from({ length: SPEAKERS }, () => ({ picture: new Pixels(), caption: element("figcaption") }));
      const row = element("div", "", { className: "tiles" });
      row.append(
        ...tiles.map(({ picture, caption }) => {
          const figure = element("figure");
          figure.append(picture.canvas, caption);
          return figure;
        }),
      );
      const sum = element("b");
      const head = element("h5", `${title}: `);
      head.append(sum);
      return { head, sum, row, tiles };
    });
    this.element = element("div", "", { className: "speakers" });
    this.element.append(...this.sides.flatMap(({ head, row }) => [head, row]));
  }

  /** @type {(network: Network, answer: Answer, output: number) => void} */
  show(network, answer, output) {
    const { layer, side, kind } = this.from;
    const passed = passedOn(network, answer, layer);
    if (!passed) return;
    const parts = Float32Array.from(
      { length: passed.parts.length / passed.outputs },
      (_, unit) => passed.parts[unit * passed.outputs + output],
    );
    this.sides.forEach(({ sum, tiles }, against) => {
      const own = parts.map((part) => (part < 0 === Boolean(against) ? part : 0));
      sum.textContent = signed(total(own));
      const found = strongest(own, SPEAKERS);
      tiles.forEach(({ picture, caption }, place) => {
        const unit = found[place];
        const figure = /** @type {HTMLElement} */ (caption.parentElement);
        figure.hidden = unit === undefined;
        if (unit === undefined) return;
        caption.textContent = `${unit + 1}: ${signed(own[unit])}`;
        if (kind !== "units") picture.paint(mapOf(answer, layer, unit), reach(answer.steps[layer].values));
        else if (side) {
          const { weights } = sumOf(network, answer, layer, unit);
          picture.paint(weights, BRIGHT * spread(weights), { signed: true });
        } else picture.paint([answer.steps[layer].values[unit]], reach(answer.steps[layer].values));
      });
    });
  }
}
