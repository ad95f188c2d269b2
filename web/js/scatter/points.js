// The points, what they are, and which of them count.

/**
 * What `ui.parts.scatter.scatter` sends; positions are in [0, 65535] on both axes, y up.
 * @typedef {object} Data
 * @property {string} points pairs of uint16 in base 64
 * @property {string} truth a byte a point: its digit
 * @property {string} read likewise: the digit read, 10 for none
 * @property {"truth" | "read" | "right"} colour what colours tell
 * @property {{ light: string[], dark: string[] }} digits a colour a digit, and one for none
 * @property {[string, string]} right_wrong colours of those read right and wrong
 * @property {boolean} only_wrong
 * @property {number} true_digit the one that is shown alone, -1 for all
 * @property {number} read_digit likewise
 * @property {[number, number][] | null} lasso corners, in [-1, 1]
 * @property {number | null} at the point that is ringed
 * @property {string} alt
 */

const FEW = 50; // A digit's middle is named where one of so many points is its, and
const FEWEST = 3; // no fewer than these.

/** @type {(text: string) => Uint8Array} */
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export class Points {
  /** @type {number[]} places of those that do not count, were read right, were read wrong */
  faint = [];
  /** @type {number[]} */
  right = [];
  /** @type {number[]} */
  wrong = [];
  /** @type {([number, number] | null)[]} for each kind the middle of its points, where it has enough of them */
  middles = [];

  /** @param {Data} data */
  constructor(data) {
    const places = new Uint16Array(bytes(data.points).buffer);
    this.count = places.length / 2;
    this.x = Float32Array.from({ length: this.count }, (_, i) => places[2 * i] / 32767.5 - 1);
    this.y = Float32Array.from({ length: this.count }, (_, i) => places[2 * i + 1] / 32767.5 - 1);
    this.isShown = new Uint8Array(this.count);
    this.data = data;
    this.truth = bytes(data.truth);
    this.read = bytes(data.read);
    this.sort(data);
  }

  /**
   * Which of them count now.
   * @param {Data} data of the same positions
   */
  sort(data) {
    this.data = data;
    [this.truth, this.read] = [bytes(data.truth), bytes(data.read)];
    const { only_wrong, true_digit, read_digit, lasso } = data;
    [this.faint, this.right, this.wrong] = [[], [], []];
    for (let i = 0; i < this.count; i++) {
      const isShown =
        (!only_wrong || this.isMisread(i)) &&
        (true_digit < 0 || this.truth[i] === true_digit) &&
        (read_digit < 0 || this.read[i] === read_digit);
      this.isShown[i] = Number(isShown);
      const isChosen = isShown && (!lasso || isInside(this.x[i], this.y[i], lasso));
      (isChosen ? (this.isMisread(i) ? this.wrong : this.right) : this.faint).push(i);
    }
    /** @type {number[][]} */
    const groups = Array.from({ length: 11 }, () => []);
    for (const i of [...this.right, ...this.wrong]) groups[this.kind(i)].push(i);
    const enough = Math.max(FEWEST, (this.right.length + this.wrong.length) / FEW);
    this.middles = groups.map((group) =>
      group.length >= enough ? [median(this.x, group), median(this.y, group)] : null,
    );
  }

  /** @param {number} i */
  isMisread(i) {
    return this.truth[i] !== this.read[i];
  }

  /** @param {number} i @returns {number} which of the colours it has */
  kind(i) {
    const by = this.data.colour;
    return by === "right" ? Number(this.isMisread(i)) : by === "read" ? this.read[i] : this.truth[i];
  }

  /** @param {number} i */
  words(i) {
    const digit = this.truth[i];
    const read = this.read[i];
    const how = read === digit ? "read right" : read > 9 ? "no answer" : `read as ${read}`;
    return `image ${i.toLocaleString("en")}: ${digit === 8 ? "an" : "a"} ${digit}, ${how}`;
  }

  /**
   * The shown point that is nearest to a place, in CSS pixels.
   *
   * @param {import("./view.js").View} view
   * @param {number} px
   * @param {number} py
   * @param {number} reach how far away it may be
   * @returns {number | undefined}
   */
  nearest(view, px, py, reach) {
    let best;
    let least = reach * reach;
    for (let i = 0; i < this.count; i++) {
      if (!this.isShown[i]) continue;
      const [x, y] = view.toPixels(this.x[i], this.y[i]);
      const distance = (x - px) ** 2 + (y - py) ** 2;
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }
}

/** @type {(values: Float32Array, places: number[]) => number} */
const median = (values, places) => Float32Array.from(places, (i) => values[i]).sort()[places.length >> 1];

/**
 * Whether a point is inside corners, by the even-odd rule, as the server decides it.
 *
 * @param {number} x
 * @param {number} y
 * @param {[number, number][]} corners
 */
export function isInside(x, y, corners) {
  let odd = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [x1, y1] = corners[i];
    const [x2, y2] = corners[j];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  }
  return odd;
}
