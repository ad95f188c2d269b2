// A picture with a frame that a finger draws: what lies within is read.

import { component } from "../component.js";
import { element } from "../elements.js";

/**
 * What `ui.draw.picture` sends.
 * @typedef {object} Data
 * @property {string} src the picture
 * @property {number} width of it on the page, at most
 * @property {number} ratio of its width to its height
 * @property {number[]} part left, top, right and bottom of the frame, as fractions of the picture
 * @property {string} label what it is, for people who do not see it
 */

const NEAR = 28; // CSS pixels around a corner within which a finger takes hold of it
const LEAST = 0.03; // of the picture's sides: a frame that is smaller was a slip
const STEP = 0.02; // of the picture's sides, for the keys

export default component((root) => {
  const place = /** @type {HTMLElement} */ (root.querySelector(".crop"));
  const image = element("img", "", { alt: "", draggable: false });
  const frame = element("div", "", { className: "frame" });
  place.append(image, frame);
  place.tabIndex = 0;
  place.setAttribute("role", "application");
  let part = [0, 0, 1, 1];
  /** @type {number[] | undefined} the corner of the frame that stays where it is */
  let held;
  /** @type {import("../component.js").Send} */
  let tell = () => {};

  function draw() {
    const [left, top, right, bottom] = part.map((each) => `${100 * each}%`);
    Object.assign(frame.style, {
      left,
      top,
      width: `calc(${right} - ${left})`,
      height: `calc(${bottom} - ${top})`,
    });
  }

  /** @param {PointerEvent} event */
  function at(event) {
    const box = image.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((each) =>
      Math.min(1, Math.max(0, each)),
    );
  }

  /** @param {number[]} place */
  function corner([x, y]) {
    const box = image.getBoundingClientRect();
    for (const across of [0, 2])
      for (const down of [1, 3])
        if (Math.hypot((part[across] - x) * box.width, (part[down] - y) * box.height) < NEAR)
          return [part[2 - across], part[4 - down]];
    return undefined;
  }

  const send = () => tell("cut", part);

  place.addEventListener("pointerdown", (event) => {
    if (held || event.button) return; // A second finger, or a menu.
    place.setPointerCapture(event.pointerId);
    held = corner(at(event)) ?? at(event);
    event.preventDefault();
    place.focus({ preventScroll: true });
  });
  place.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = at(event);
    part = [Math.min(x, held[0]), Math.min(y, held[1]), Math.max(x, held[0]), Math.max(y, held[1])];
    draw();
  });
  place.addEventListener("pointerup", () => {
    if (!held) return;
    held = undefined;
    if (part[2] - part[0] < LEAST || part[3] - part[1] < LEAST) part = [0, 0, 1, 1];
    draw();
    send();
  });
  place.addEventListener("pointercancel", () => {
    held = undefined;
  });
  place.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const move = moves[/** @type {keyof typeof moves} */ (event.key)];
    if (event.key === "Enter") send();
    if (!move) return;
    event.preventDefault();
    const first = event.shiftKey ? 2 : 0;
    const next = part.map((each, index) => (index < first ? each : each + move[index % 2]));
    if (next.every((each) => each >= -1e-9 && each <= 1 + 1e-9) && next[2] > next[0] && next[3] > next[1]) part = next;
    draw();
  });

  return {
    /** @param {Data} data */
    receive(data, send) {
      tell = send;
      if (image.src !== data.src) image.src = data.src;
      place.style.width = `min(100%, ${data.width}px)`;
      place.style.aspectRatio = String(data.ratio);
      place.setAttribute("aria-label", data.label);
      if (!held) part = data.part;
      draw();
    },
  };
});
