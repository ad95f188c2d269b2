// A drawing to MNIST's 28x28 image as the server does it: `mnist_core.drawing.pen.reink`,
// `mnist_core.drawing.normalise.to_mnist` and `mnist_core.drawing.slant.straighten`, with the same steps in
// the same order, so that both give the same image.  A stroke is [x, y, x, y, ...].

const CANVAS = 84, DIGIT = 60, PEN = 7, SPACING = 1, STRAY = 0.08; // as in `mnist_core.drawing.pen`
const TINY = 1e-9, FAR = 1e9;
const SIZE = 28, BOX = 20, CENTRE = 15; // as in `mnist_core.drawing.normalise`
const MOST = 1; // as in `mnist_core.drawing.slant`
const DOT = 0.25; // as in `ui.draw.sketch`

const clip = (value, low, high) => Math.min(Math.max(value, low), high);

/** To the nearest whole number, halves to the even one, as NumPy's `rint`. */
function rint(value) {
  const near = Math.round(value);
  return value - Math.floor(value) === 0.5 && near % 2 !== 0 ? near - 1 : near;
}

/** [left, top, right, bottom] of points. */
function bounds(paths) {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const path of paths) {
    for (let at = 0; at < path.length; at += 2) {
      left = Math.min(left, path[at]);
      top = Math.min(top, path[at + 1]);
      right = Math.max(right, path[at]);
      bottom = Math.max(bottom, path[at + 1]);
    }
  }
  return [left, top, right, bottom];
}

function extent(paths) {
  const [left, top, right, bottom] = bounds(paths);
  return Math.max(right - left, bottom - top);
}

/** The parts of a stroke that lie on a canvas of `side` pixels, as `ui.draw.sketch.Sketch.strokes` keeps them. */
export function within(stroke, side, brush) {
  const inside = (value) => value >= -brush / 2 && value <= side + brush / 2;
  const parts = [];
  let part = [];
  for (let at = 0; at <= stroke.length; at += 2) {
    if (at < stroke.length && inside(stroke[at]) && inside(stroke[at + 1])) {
      part.push(stroke[at], stroke[at + 1]);
    } else if (part.length) {
      parts.push(part);
      part = [];
    }
  }
  return parts.map((each) => {
    const [left, top, right, bottom] = bounds([each]);
    const isDot = Math.max(right - left, bottom - top) < DOT * brush;
    return isDot ? [(left + right) / 2, (top + bottom) / 2] : each;
  });
}

/** The pen's path drawn anew: (84, 84) ink, 0 to 255, row by row. */
export function reink(strokes) {
  const extents = strokes.map((stroke) => extent([stroke]));
  const longest = Math.max(...extents);
  const meant = strokes.filter((_, index) => extents[index] >= STRAY * longest);
  const nearest = new Float32Array(CANVAS * CANVAS).fill(FAR);
  const [left, top, right, bottom] = bounds(meant);
  const scale = (DIGIT - PEN) / Math.max(right - left, bottom - top, TINY);
  const radius = (PEN / CANVAS) * (CANVAS / 2);
  for (const stroke of meant) {
    const xs = new Float64Array(stroke.length / 2), ys = new Float64Array(stroke.length / 2);
    for (let at = 0; at < xs.length; at++) {
      xs[at] = (stroke[2 * at] - (left + right) / 2) * scale + CANVAS / 2;
      ys[at] = (stroke[2 * at + 1] - (top + bottom) / 2) * scale + CANVAS / 2;
    }
    stampAlong(xs, ys, radius, nearest);
  }
  const edge = Math.fround(radius + 0.5);
  const ink = new Uint8Array(CANVAS * CANVAS);
  for (let at = 0; at < ink.length; at++) {
    if (nearest[at] === FAR) continue;
    ink[at] = rint(Math.fround(clip(Math.fround(edge - Math.fround(Math.sqrt(nearest[at]))), 0, 1) * 255));
  }
  return ink;
}

function stampAlong(xs, ys, radius, nearest) {
  const last = xs.length - 1;
  const travelled = new Float64Array(xs.length);
  for (let at = 1; at <= last; at++) {
    const right = xs[at] - xs[at - 1], down = ys[at] - ys[at - 1];
    travelled[at] = travelled[at - 1] + Math.sqrt(right * right + down * down);
  }
  for (let at = 0, step = 0; ; step++) {
    const along = step * SPACING;
    if (along >= travelled[last]) break;
    while (travelled[at + 1] <= along) at++;
    const length = travelled[at + 1] - travelled[at], rest = along - travelled[at];
    const x = ((xs[at + 1] - xs[at]) / length) * rest + xs[at];
    const y = ((ys[at + 1] - ys[at]) / length) * rest + ys[at];
    stamp(x, y, radius, nearest);
  }
  stamp(xs[last], ys[last], radius, nearest);
}

/** Squared distances from a point to the pixels around it, where they are the smallest so far. */
function stamp(x, y, radius, nearest) {
  x = (x / CANVAS) * CANVAS;
  y = (y / CANVAS) * CANVAS;
  const reach = Math.ceil(radius + 0.5);
  const column = clip(Math.floor(x), 0, CANVAS - 1), row = clip(Math.floor(y), 0, CANVAS - 1);
  const across = Math.fround(column + 0.5 - x), down = Math.fround(row + 0.5 - y);
  for (let i = Math.max(-reach, -row); i <= Math.min(reach, CANVAS - 1 - row); i++) {
    const fromRow = Math.fround(down + i), square = Math.fround(fromRow * fromRow);
    const line = (row + i) * CANVAS + column;
    for (let j = Math.max(-reach, -column); j <= Math.min(reach, CANVAS - 1 - column); j++) {
      const fromColumn = Math.fround(across + j);
      const distance = Math.fround(square + Math.fround(fromColumn * fromColumn));
      if (distance < nearest[line + j]) nearest[line + j] = distance;
    }
  }
}

/** (side, side) ink to MNIST's (28, 28), 0 to 255, row by row; blank gives zeros. */
export function toMnist(ink, side) {
  const image = new Uint8Array(SIZE * SIZE);
  let left = side, top = side, right = 0, bottom = 0;
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
  const small = resampled(
    ink, side, Math.floor((top + bottom - length) / 2), Math.floor((left + right - length) / 2), length,
  );
  let mass = 0, byRow = 0, byColumn = 0;
  for (let at = 0; at < small.length; at++) {
    mass += small[at];
    byRow += small[at] * (Math.floor(at / BOX) + 0.5);
    byColumn += small[at] * ((at % BOX) + 0.5);
  }
  const down = Math.trunc(CENTRE - byRow / mass), across = Math.trunc(CENTRE - byColumn / mass);
  for (let at = 0; at < small.length; at++) {
    const row = Math.floor(at / BOX) + down, column = (at % BOX) + across;
    if (row >= 0 && row < SIZE && column >= 0 && column < SIZE) image[row * SIZE + column] = small[at];
  }
  return image;
}

/** (28, 28) means of the opaque grey RGBA pixels that each covers, `cell` by `cell`, as `ui.draw.sketch.Sketch.digit`. */
export function means(pixels, cell) {
  const sums = new Uint32Array(SIZE * SIZE), side = SIZE * cell;
  for (let row = 0, at = 0; row < side; row++) {
    const line = Math.floor(row / cell) * SIZE;
    for (let column = 0; column < side; column++, at += 4) sums[line + Math.floor(column / cell)] += pixels[at];
  }
  return Uint8Array.from(sums, (sum) => rint(sum / cell ** 2));
}

/** (20, 20) averages of the area that each pixel covers in a square window, the brightest at 255. */
function resampled(ink, side, top, left, length) {
  const firstRow = Math.max(0, top), firstColumn = Math.max(0, left);
  const height = Math.min(side, top + length) - firstRow, width = Math.min(side, left + length) - firstColumn;
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

function transposed(values, height, width) {
  const turned = new Float64Array(values.length);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) turned[column * height + row] = values[at];
  }
  return turned;
}

/** (20, width) sums over 20 equal parts of the rows [start, start + length); differences of running sums. */
function sums(values, height, width, start, length) {
  const running = new Float64Array((height + 1) * width);
  for (let at = 0; at < values.length; at++) running[at + width] = running[at] + values[at];
  const until = new Float64Array((BOX + 1) * width); // sums from the first row to each edge
  for (let part = 0; part <= BOX; part++) {
    const edge = clip(start + (length * part) / BOX, 0, height);
    const row = Math.min(Math.floor(edge), height - 1);
    for (let column = 0; column < width; column++) {
      const above = running[row * width + column], below = running[(row + 1) * width + column];
      until[part * width + column] = above + (edge - row) * (below - above);
    }
  }
  const total = new Float64Array(BOX * width);
  for (let at = 0; at < total.length; at++) total[at] = until[at + width] - until[at];
  return total;
}

/** The (28, 28) image sheared about its centre of mass until it no longer leans. */
export function straighten(image) {
  let ink = 0, byRow = 0, byColumn = 0, spread = 0, together = 0;
  for (let at = 0; at < image.length; at++) {
    const row = Math.floor(at / SIZE), column = at % SIZE;
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
    const shift = -lean * (row - middle), whole = Math.floor(shift), part = shift - whole;
    const pixel = (column) => (column >= 0 && column < SIZE ? image[row * SIZE + column] : 0);
    for (let column = 0; column < SIZE; column++) {
      const left = pixel(column + whole), right = pixel(column + whole + 1);
      upright[row * SIZE + column] = rint(left * (1 - part) + right * part);
    }
  }
  return upright;
}
