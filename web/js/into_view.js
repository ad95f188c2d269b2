// Scrolls to a container of the page, unless it is seen.

import { component } from "./component.js";

/**
 * What `ui.frame.into_view.come_into_view` asks for.
 * @typedef {object} Asked
 * @property {string} container its key
 * @property {string} turn scrolls when it is new
 * @property {number} enough share of the window within which the container's top is seen well enough
 * @property {boolean} room whether the container is made as high as the window
 * @property {boolean} keep whether to look again for a while
 */

const LOOK_EVERY = 250; // ms
const LOOKS = 8;
const READER_MOVES = ["pointerdown", "wheel", "keydown"];

export default component(() => {
  let last = "";
  return {
    receive(/** @type {Asked} */ asked) {
      if (asked.turn === last) return;
      last = asked.turn;
      if (asked.keep) keep(asked);
      else look(asked, matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
    },
  };
});

/** @type {(asked: Asked, behavior: ScrollBehavior) => void} */
function look({ container: key, enough, room }, behavior) {
  const container = document.querySelector(`.st-key-${key}`);
  if (!(container instanceof HTMLElement)) return;
  if (room) container.style.minHeight = "95vh";
  const { top, bottom } = container.getBoundingClientRect();
  if (top >= 0 && (bottom <= innerHeight || top < enough * innerHeight)) return;
  container.style.scrollMarginTop = "0.75rem";
  container.scrollIntoView({ block: "start", behavior });
}

/** @param {Asked} asked */
function keep(asked) {
  let looks = LOOKS;
  const leave = () => {
    looks = 0;
  };
  for (const each of READER_MOVES) addEventListener(each, leave, { once: true, passive: true });
  const timer = setInterval(() => {
    if (looks-- > 0) look(asked, "auto");
    else clearInterval(timer);
  }, LOOK_EVERY);
}
