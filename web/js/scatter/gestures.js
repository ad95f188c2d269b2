// What mice, fingers and keys do on the map: draw a lasso, move, enlarge, choose a point.

const STILL = 5; // CSS pixels that a click may tremble
const FINGER = 24; // CSS pixels around a finger's tip
const MOUSE = 12;
const STEP = 0.2; // of the map that is seen, for an arrow key

/** @typedef {[number, number]} Pair */

/**
 * What they are told to; places are in CSS pixels, corners in [-1, 1].
 * @typedef {object} Surface
 * @property {import("./view.js").View} view
 * @property {() => "lasso" | "move"} mode
 * @property {(place: Pair | null) => void} point shows which point is there, or none
 * @property {(corners: Pair[]) => void} draw shows a lasso in progress
 * @property {(corners: Pair[]) => void} close takes a lasso
 * @property {(place: Pair, reach: number) => void} choose chooses the point there
 * @property {() => void} clear chooses nothing
 * @property {() => void} seen draws what is seen now
 */

/**
 * Have the map do what is done on its canvas.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Surface} map
 */
export function listen(canvas, map) {
  const { view } = map;
  /** @type {Map<number, Pair>} */
  const fingers = new Map();
  /** @type {Pair[]} the lasso in progress */
  let path = [];
  /** @type {Pair | null} where a single finger began */
  let began = null;
  let isMoved = false;

  /** @type {(event: MouseEvent) => Pair} */
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  /** @type {(event: PointerEvent) => void} */
  const lift = (event) => {
    fingers.delete(event.pointerId);
    [path, began, isMoved] = [[], null, false];
  };

  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    began = fingers.size === 1 ? at(event) : null;
    path = map.mode() === "lasso" && began ? [view.toData(...began)] : [];
    map.point(null);
  };

  canvas.onpointermove = (event) => {
    const now = at(event);
    const before = fingers.get(event.pointerId);
    if (!before) return map.point(now);
    if (fingers.size === 2) {
      const [c, d] = [...fingers.values()];
      const [a, b] = [...fingers].map(([id, there]) => (id === event.pointerId ? now : there));
      view.enlarge(distance(a, b) / (distance(c, d) || 1), (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      map.seen();
    } else if (path.length) {
      path.push(view.toData(...now));
      map.draw(path);
    } else if (began) {
      isMoved ||= distance(now, began) > STILL;
      if (isMoved) move(view.toData(...before), view.toData(...now));
    }
    fingers.set(event.pointerId, now);
  };

  /** @type {(from: Pair, to: Pair) => void} */
  const move = ([x, y], [nx, ny]) => {
    view.move(x - nx, y - ny);
    map.seen();
  };

  canvas.onpointerup = (event) => {
    const now = at(event);
    const start = began;
    const drawn = path;
    const isClick =
      start &&
      !isMoved &&
      [now, ...drawn.map((corner) => view.toPixels(...corner))].every((place) => distance(place, start) <= STILL);
    lift(event);
    map.draw([]);
    if (isClick) map.choose(now, event.pointerType === "mouse" ? MOUSE : FINGER);
    else if (drawn.length > 2) map.close(drawn);
  };
  canvas.onpointercancel = (event) => {
    lift(event);
    map.draw([]);
  };
  canvas.onpointerleave = () => map.point(null);

  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // The wheel alone scrolls the page.
      event.preventDefault();
      view.enlarge(Math.exp(-event.deltaY / 300), ...at(event));
      map.seen();
    },
    { passive: false },
  );

  canvas.onkeydown = (event) => {
    const step = STEP / view.zoom;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => view.move(-step, 0),
      ArrowRight: () => view.move(step, 0),
      ArrowUp: () => view.move(0, step),
      ArrowDown: () => view.move(0, -step),
      "+": () => view.enlarge(1.5),
      "-": () => view.enlarge(1 / 1.5),
      0: () => view.enlarge(0),
      Escape: map.clear,
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    if (event.key !== "Escape") map.seen();
  };
}

/** @type {(one: Pair, other: Pair) => number} */
const distance = (one, other) => Math.hypot(one[0] - other[0], one[1] - other[1]);
