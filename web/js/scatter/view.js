// Which part of the points' square is seen, and how large.

const FRAME = 0.94; // of the square that the points fill
const MOST = 60; // times enlarged

export class View {
  zoom = 1;
  x = 0; // What is in the middle, in [-1, 1].
  y = 0;
  side = 0; // CSS pixels

  /** See all of it. */
  reset() {
    [this.zoom, this.x, this.y] = [1, 0, 0];
  }

  get isWhole() {
    return this.zoom === 1;
  }

  get #scale() {
    return (this.side / 2) * FRAME * this.zoom;
  }

  /**
   * Where a point is seen, in CSS pixels.
   * @type {(x: number, y: number) => [number, number]}
   */
  toPixels(x, y) {
    const half = this.side / 2;
    return [half + (x - this.x) * this.#scale, half - (y - this.y) * this.#scale];
  }

  /**
   * The point that is seen there.
   * @type {(px: number, py: number) => [number, number]}
   */
  toData(px, py) {
    const half = this.side / 2;
    return [(px - half) / this.#scale + this.x, (half - py) / this.#scale + this.y];
  }

  /**
   * Enlarge around a place that stays where it is; as far as the edges allow.
   * @type {(factor: number, px?: number, py?: number) => void}
   */
  enlarge(factor, px = this.side / 2, py = this.side / 2) {
    const [x, y] = this.toData(px, py);
    this.zoom = Math.min(MOST, Math.max(1, this.zoom * factor));
    const [nx, ny] = this.toData(px, py);
    this.move(x - nx, y - ny);
  }

  /** @type {(dx: number, dy: number) => void} */
  move(dx, dy) {
    const room = 1 - 1 / this.zoom;
    this.x = Math.min(room, Math.max(-room, this.x + dx));
    this.y = Math.min(room, Math.max(-room, this.y + dy));
  }
}
