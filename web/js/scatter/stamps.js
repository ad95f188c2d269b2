// Pictures of points, drawn once, and a frame that they are written into by hand: five times faster than drawImage
// where there is no graphics driver.

import { contextOf } from "../elements.js";

/**
 * How points look.
 * @typedef {object} Look
 * @property {number} density device pixels in a CSS pixel
 * @property {boolean} glyphs digits instead of dots
 * @property {number} radius of dots, in CSS pixels
 * @property {string} paper colour of the ground
 * @property {string[]} colours by kind
 */

/** @typedef {{ pixels: ImageData, inked: number[] }} Stamp a square picture, and which of its pixels have ink */

export class Stamps {
  #name = "";
  /** @type {Stamp[]} */
  #made = [];
  /** @type {Look} */
  #look = { density: 1, glyphs: false, radius: 1, paper: "", colours: [] };

  /** @param {Look} look of all that is asked for from now on */
  set look(look) {
    const name = JSON.stringify(look);
    if (name !== this.#name) this.#made = [];
    [this.#name, this.#look] = [name, look];
  }

  /**
   * @param {number} kind of the point: which colour it has
   * @param {boolean} isWrong
   * @param {number} digit 10 for none
   * @returns {Stamp}
   */
  of(kind, isWrong, digit) {
    const place = 22 * kind + 2 * (this.#look.glyphs ? digit : 0) + Number(isWrong);
    this.#made[place] ??= this.#draw(kind, isWrong, digit);
    return this.#made[place];
  }

  /** @type {(kind: number, isWrong: boolean, digit: number) => Stamp} */
  #draw(kind, isWrong, digit) {
    const { density, glyphs, radius, paper, colours } = this.#look;
    const side = Math.ceil((glyphs ? 18 : 4 * radius + 4) * density);
    const pen = contextOf(new OffscreenCanvas(side, side), { willReadFrequently: true });
    pen.scale(density, density);
    const middle = side / density / 2;
    pen.fillStyle = pen.strokeStyle = colours[kind];
    if (glyphs) {
      pen.font = "600 12px sans-serif";
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(digit > 9 ? "?" : String(digit), middle, middle + 0.5);
      pen.lineWidth = 1.5;
      if (isWrong) pen.strokeRect(middle - 7, middle - 7, 14, 14);
    } else if (isWrong) {
      cross(pen, middle, radius * 1.7, [3.6, paper]);
      cross(pen, middle, radius * 1.7, [1.9, colours[kind]]);
    } else {
      pen.beginPath();
      pen.arc(middle, middle, radius, 0, 7);
      pen.fill();
    }
    const pixels = pen.getImageData(0, 0, side, side);
    const inked = Array.from({ length: side * side }, (_, i) => i).filter((i) => pixels.data[4 * i + 3]);
    return { pixels, inked };
  }
}

/** @type {(pen: CanvasRenderingContext2D, middle: number, arm: number, line: [number, string]) => void} */
function cross(pen, middle, arm, [width, ink]) {
  pen.lineWidth = width;
  pen.strokeStyle = ink;
  pen.beginPath();
  pen.moveTo(middle - arm, middle - arm);
  pen.lineTo(middle + arm, middle + arm);
  pen.moveTo(middle + arm, middle - arm);
  pen.lineTo(middle - arm, middle + arm);
  pen.stroke();
}

export class Frame {
  /**
   * @param {number} side in device pixels
   * @param {Uint8ClampedArray} ground red, green, blue
   */
  constructor(side, [red, green, blue]) {
    this.side = side;
    this.image = new ImageData(side, side);
    new Uint32Array(this.image.data.buffer).fill(((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
  }

  /**
   * Add a stamp, its middle at (x, y).
   *
   * @param {Stamp} stamp
   * @param {number} x in device pixels
   * @param {number} y
   * @param {number} strength in (0, 1]
   */
  add({ pixels, inked }, x, y, strength) {
    const { side } = this;
    const { width: size, data: from } = pixels;
    const into = this.image.data;
    const [left, top] = [Math.round(x - size / 2), Math.round(y - size / 2)];
    if (left + size <= 0 || top + size <= 0 || left >= side || top >= side) return;
    const isCut = left < 0 || top < 0 || left + size > side || top + size > side;
    for (const i of inked) {
      const column = left + (i % size);
      const row = top + Math.floor(i / size);
      if (isCut && (column < 0 || row < 0 || column >= side || row >= side)) continue;
      const to = 4 * (row * side + column);
      const share = (strength * from[4 * i + 3]) / 255;
      for (let channel = 0; channel < 3; channel++) {
        into[to + channel] += share * (from[4 * i + channel] - into[to + channel]);
      }
    }
  }
}
