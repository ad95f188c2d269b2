// The curve of an activation, with the point where a unit is now.

import { element } from "../elements.js";
import { activationOf } from "../network.js";
import { numeral } from "../numerals.js";
import { coloursOf, sharp } from "./paint.js";
import { activationTitle } from "./words.js";

const [WIDTH, HEIGHT, EDGE] = [150, 96, 10]; // CSS pixels
const LEAST = 4; // sums that are always shown, on either side of 0
const STEPS = 60;

export class Curve {
  constructor() {
    this.canvas = element("canvas", "", { className: "curve", role: "img" });
  }

  /**
   * @param {string} name of the activation
   * @param {number} sum
   * @param {number} value what it makes of that
   */
  draw(name, sum, value) {
    const activation = activationOf(name);
    this.canvas.hidden = !activation;
    if (!activation) return; // One of all units together has no curve.
    this.canvas.ariaLabel = `${activationTitle(name)} makes ${numeral(value)} of ${numeral(sum)}`;
    const reach = Math.max(LEAST, 1.15 * Math.abs(sum));
    const [low, high] = [Math.min(0, activation(-reach)), Math.max(1, activation(reach))];
    const pen = sharp(this.canvas, WIDTH, HEIGHT);
    const { text, lines, grey } = coloursOf(this.canvas);
    const across = (/** @type {number} */ at) => EDGE + ((at + reach) / (2 * reach)) * (WIDTH - 2 * EDGE);
    const down = (/** @type {number} */ at) => HEIGHT - EDGE - ((at - low) / (high - low)) * (HEIGHT - 2 * EDGE);
    pen.strokeStyle = grey;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(across(-reach), down(0));
    pen.lineTo(across(reach), down(0));
    pen.moveTo(across(0), down(low));
    pen.lineTo(across(0), down(high));
    pen.stroke();
    pen.strokeStyle = text;
    pen.lineWidth = 2;
    pen.beginPath();
    for (let step = 0; step <= STEPS; step++) {
      const at = reach * ((2 * step) / STEPS - 1);
      pen.lineTo(across(at), down(activation(at)));
    }
    pen.stroke();
    pen.fillStyle = lines;
    pen.beginPath();
    pen.arc(across(sum), down(value), 5, 0, 2 * Math.PI);
    pen.fill();
  }
}
