// Numbers as pixels: light for what is there, blue for what speaks for something, orange for what speaks against it.

import { contextOf, element } from "../elements.js";

export const BRIGHT = 2.5; // times what weights are like: these have the full colour

/** @typedef {[number, number, number]} Colour red, green, blue, 0 to 255 */

/**
 * @typedef {object} Colours those of the page
 * @property {Colour} ink
 * @property {Colour} neutral what pictures show where there is nothing
 * @property {Colour} positive
 * @property {Colour} negative
 * @property {string} text
 * @property {string} lines of what speaks for something, on the page's ground
 * @property {string} against the same
 * @property {string} grey
 * @property {string} font its family
 */

/** @type {WeakMap<Node, Colours>} by the tree that an element is in */
const known = new WeakMap();

/**
 * The colours that the page gives an element, and all that is in the same tree; asked once, since a browser that is
 * asked while something has just changed works out all styles of the page first.
 *
 * @param {Element} element
 * @param {boolean} [anew] whether they may have changed
 * @returns {Colours}
 */
export function coloursOf(element, anew = false) {
  const tree = element.getRootNode();
  const before = known.get(tree);
  if (before && !anew) return before;
  const style = getComputedStyle(element);
  const named = (/** @type {string} */ name) => style.getPropertyValue(`--digitlab-${name}`).trim() || "gray";
  const colours = {
    ink: channels(named("ink")),
    neutral: channels(named("neutral")),
    positive: channels(named("for")),
    negative: channels(named("against")),
    text: style.color,
    lines: named("blue"),
    against: named("orange"),
    grey: named("grey"),
    font: style.fontFamily,
  };
  if (element.isConnected) known.set(tree, colours);
  return colours;
}

/** @type {(colour: string) => Colour} of "#RRGGBB" */
function channels(colour) {
  const value = Number.parseInt(colour.slice(1), 16) || 0;
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * The largest distance from 0, with which numbers are compared; never 0.
 *
 * @param {ArrayLike<number>} numbers
 */
export function reach(numbers) {
  let most = 0;
  for (let at = 0; at < numbers.length; at++) most = Math.max(most, Math.abs(numbers[at]));
  return most || 1;
}

/**
 * How far numbers are from 0, as the root of their mean square; never 0.
 *
 * @param {Float32Array} numbers
 */
export function spread(numbers) {
  return Math.sqrt(numbers.reduce((total, number) => total + number * number, 0) / numbers.length) || 1;
}

/**
 * Write a number into pixels: between nothing and what speaks for, or against.
 *
 * @param {Uint8ClampedArray} pixels red, green, blue and alpha of each
 * @param {number} at the pixel
 * @param {number} share -1 to 1
 * @param {Colour} nothing
 * @param {Colour} positive
 * @param {Colour} negative
 */
export function put(pixels, at, share, nothing, positive, negative) {
  const part = Math.min(1, Math.abs(share));
  const towards = share > 0 ? positive : negative;
  for (let channel = 0; channel < 3; channel++) {
    pixels[4 * at + channel] = nothing[channel] + part * (towards[channel] - nothing[channel]);
  }
  pixels[4 * at + 3] = 255;
}

/**
 * Pictures of one size, below each other in a canvas that nobody sees, to be drawn from.
 */
export class Sheet {
  /**
   * @param {number} side pixels of each picture
   * @param {number} count
   */
  constructor(side, count) {
    this.side = side;
    this.columns = Math.max(1, Math.ceil(Math.sqrt(count)));
    const rows = Math.max(1, Math.ceil(count / this.columns));
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width: this.columns * side, height: rows * side });
    this.context = contextOf(this.canvas);
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height);
  }

  /**
   * Where a pixel of a picture lies in `image`.
   * @param {number} picture
   * @param {number} pixel row by row
   */
  at(picture, pixel) {
    const [y, x] = [Math.floor(pixel / this.side), pixel % this.side];
    const row = Math.floor(picture / this.columns) * this.side + y;
    return row * this.canvas.width + (picture % this.columns) * this.side + x;
  }

  /** Take what was written into `image`. */
  update() {
    this.context.putImageData(this.image, 0, 0);
  }

  /**
   * Draw one of them.
   *
   * @param {CanvasRenderingContext2D} pen
   * @param {number} picture
   * @param {import("./layout.js").Area} area
   */
  draw(pen, picture, { left, top, width }) {
    const [x, y] = [(picture % this.columns) * this.side, Math.floor(picture / this.columns) * this.side];
    pen.drawImage(this.canvas, x, y, this.side, this.side, left, top, width, width);
  }
}

/**
 * A canvas as sharp as the screen, blank, to be drawn on in CSS pixels.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} width CSS pixels
 * @param {number} height the same
 */
export function sharp(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  const pen = contextOf(canvas);
  if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.imageSmoothingEnabled = false;
  return pen;
}

/** One small picture of numbers, as many pixels as there are; the style sheet says how large it is shown. */
export class Pixels {
  /**
   * @param {string} [label] what it shows; none where words beside it say so
   */
  constructor(label = "") {
    this.canvas = element("canvas", "", { className: "pixels" });
    if (label) Object.assign(this.canvas, { role: "img", ariaLabel: label });
  }

  /**
   * @param {ArrayLike<number>} values row by row
   * @param {number} most what is shown in the full colour
   * @param {{ columns?: number, signed?: boolean }} [options] pixels in a row, of a square unless said; whether numbers
   *   speak for or against something, or are light
   */
  paint(values, most, { columns = Math.round(Math.sqrt(values.length)), signed = false } = {}) {
    const rows = Math.ceil(values.length / columns);
    if (this.canvas.width !== columns || this.canvas.height !== rows) {
      Object.assign(this.canvas, { width: columns, height: rows });
    }
    const { ink, neutral, positive, negative } = coloursOf(this.canvas);
    const pen = contextOf(this.canvas);
    const image = pen.createImageData(columns, rows);
    for (let at = 0; at < values.length; at++) {
      put(image.data, at, values[at] / most, neutral, signed ? positive : ink, negative);
    }
    pen.putImageData(image, 0, 0);
  }
}
