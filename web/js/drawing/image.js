// A drawing to MNIST's 28x28 image as the server does it: `mnist_core.drawing.pen.reink`,
// `mnist_core.drawing.normalise.to_mnist` and `mnist_core.drawing.slant.straighten`, with the same steps in
// the same order, so that both give the same image.

import { CANVAS, reink } from "./pen.js";
import { clip, rint } from "./rounding.js";

const [SIZE, BOX, CENTRE] = [28, 20, 15]; // as in `mnist_core.drawing.normalise`
const MOST = 1; // as in `mnist_core.drawing.slant`

/**
 * (28, 28) uint8, row by row: what a network is shown of strokes; at least one.
 *
 * @param {import("./pen.js").Stroke[]} strokes
 */
export const digitImage = (strokes) => toMnist(reink(strokes), CANVAS);

/**
 * (28, 28) uint8, row by row: a picture as MNIST has it; blank gives zeros.
 *
 * @param {Uint8Array} ink (side, side)
 * @param {number} side
 */
export function toMnist(ink, side) {
  const image = new Uint8Array(SIZE * SIZE);
  let [left, top, right, bottom] = [side, side, 0, 0];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      if (!ink[row * side + column]) continue;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  if (!bottom) return image;
  const length = Math.max(bottom - top, right - left);
  const [first, start] = [top + bottom, left + right].map((sum) => Math.floor((sum - length) / 2));
  const small = resampled(ink, side, first, start, length);
  let [mass, byRow, byColumn] = [0, 0, 0];
  for (let at = 0; at < small.length; at++) {
    mass += small[at];
    byRow += small[at] * (Math.floor(at / BOX) + 0.5);
    byColumn += small[at] * ((at % BOX) + 0.5);
  }
  const down = Math.trunc(CENTRE - byRow / mass);
  const across = Math.trunc(CENTRE - byColumn / mass);
  for (let at = 0; at < small.length; at++) {
    const row = Math.floor(at / BOX) + down;
    const column = (at % BOX) + across;
    if (row >= 0 && row < SIZE && column >= 0 && column < SIZE) image[row * SIZE + column] = small[at];
  }
  return image;
}

/**
 * (28, 28) uint8 means of the pixels that each covers, `cell` by `cell`, as `ui.draw.sketch.Sketch.digit`.
 *
 * @param {Uint8ClampedArray} pixels opaque grey, as red, green, blue and alpha
 * @param {number} cell
 */
export function means(pixels, cell) {
  const sums = new Uint32Array(SIZE * SIZE);
  const side = SIZE * cell;
  for (let row = 0, at = 0; row < side; row++) {
    const line = Math.floor(row / cell) * SIZE;
    for (let column = 0; column < side; column++, at += 4) sums[line + Math.floor(column / cell)] += pixels[at];
  }
  return Uint8Array.from(sums, (sum) => rint(sum / cell ** 2));
}

/**
 * (20, 20) averages of the area that each pixel covers in a square window, the brightest at 255.
 * @type {(ink: Uint8Array, side: number, top: number, left: number, length: number) => Uint8Array}
 */
function resampled(ink, side, top, left, length) {
  const [firstRow, firstColumn] = [Math.max(0, top), Math.max(0, left)];
  const height = Math.min(side, top + length) - firstRow;
  const width = Math.min(side, left + length) - firstColumn;
  const part = new Float64Array(height * width);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      part[at] = ink[(firstRow + row) * side + firstColumn + column];
    }
  }
  const rows = transposed(sums(part, height, width, top - firstRow, length), BOX, width);
  const small = transposed(sums(rows, width, BOX, left - firstColumn, length), BOX, BOX);
  let brightest = 0;
  for (let at = 0; at < small.length; at++) {
    small[at] *= (BOX / length) ** 2;
    brightest = Math.max(brightest, small[at]);
  }
  const image = new Uint8Array(small.length);
  for (let at = 0; at < small.length; at++) image[at] = rint(small[at] * (255 / brightest));
  return image;
}

/** @type {(values: Float64Array, height: number, width: number) => Float64Array} */
function transposed(values, height, width) {
  const turned = new Float64Array(values.length);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) turned[column * height + row] = values[at];
  }
  return turned;
}

/**
 * (20, width) sums over 20 equal parts of the rows [start, start + length); differences of running sums.
 * @type {(values: Float64Array, height: number, width: number, start: number, length: number) => Float64Array}
 */
function sums(values, height, width, start, length) {
  const running = new Float64Array((height + 1) * width);
  for (let at = 0; at < values.length; at++) running[at + width] = running[at] + values[at];
  const until = new Float64Array((BOX + 1) * width); // sums from the first row to each edge
  for (let part = 0; part <= BOX; part++) {
    const edge = clip(start + (length * part) / BOX, 0, height);
    const row = Math.min(Math.floor(edge), height - 1);
    for (let column = 0; column < width; column++) {
      const above = running[row * width + column];
      const below = running[(row + 1) * width + column];
      until[part * width + column] = above + (edge - row) * (below - above);
    }
  }
  const total = new Float64Array(BOX * width);
  for (let at = 0; at < total.length; at++) total[at] = until[at + width] - until[at];
  return total;
}

/**
 * The (28, 28) image sheared about its centre of mass until it no longer leans.
 *
 * @param {Uint8Array} image
 */
export function straighten(image) {
  let [ink, byRow, byColumn, spread, together] = [0, 0, 0, 0, 0];
  for (let at = 0; at < image.length; at++) {
    const row = Math.floor(at / SIZE);
    const column = at % SIZE;
    ink += image[at];
    byRow += image[at] * row;
    byColumn += image[at] * column;
    spread += image[at] * row * row;
    together += image[at] * row * column;
  }
  const mass = Math.max(ink, 1);
  const middle = byRow / mass;
  spread = spread / mass - middle ** 2;
  together = together / mass - middle * (byColumn / mass);
  const lean = clip(spread > 1e-6 ? -(together / spread) : 0, -MOST, MOST);
  const upright = new Uint8Array(image.length);
  for (let row = 0; row < SIZE; row++) {
    const shift = -lean * (row - middle);
    const whole = Math.floor(shift);
    const part = shift - whole;
    const pixel = (/** @type {number} */ column) => (column >= 0 && column < SIZE ? image[row * SIZE + column] : 0);
    for (let column = 0; column < SIZE; column++) {
      const left = pixel(column + whole);
      const right = pixel(column + whole + 1);
      upright[row * SIZE + column] = rint(left * (1 - part) + right * part);
    }
  }
  return upright;
}
