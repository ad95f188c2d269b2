// The answers as the server gave them, until `live.js` has come and takes them: a bar that is pressed tells the page.

import { component } from "../component.js";
import { roveFocus } from "../roving_focus.js";

/**
 * What the server has answered to, see `ui.draw.live.drawn`.
 * @typedef {object} Said
 * @property {string} html of the answers
 * @property {string[]} networks names of those that answered
 * @property {number} count strokes that it knows
 * @property {number} revision changes when strokes are taken back
 * @property {number[][] | null} strokes x, y, x, y, ... of each; none where the drawing is not the pen's alone
 * @property {{ cell: number, margin: number } | null} picture that was put on the canvas
 * @property {string | null} image (28, 28) bytes in base 64, as the networks saw it
 * @property {string} board class of what holds the canvas
 * @property {number} side of the canvas, in its pixels
 * @property {number} brush width of the pen, likewise
 */

/** @typedef {HTMLElement & { answer?: Said }} Box what holds the answers, with what came along */

export const ANSWER = "digitlab-answer"; // The event that tells that the server has answered; its target is the box.

export default component((root) => {
  const box = /** @type {Box} */ (root.querySelector(".dl-live"));
  /** @type {(element: EventTarget | null, selector: string) => Element | null} */
  const around = (element, selector) => (element instanceof Element ? element.closest(selector) : null);

  roveFocus(
    box,
    (focused) => [...(focused.closest("table")?.querySelectorAll("button") ?? [])],
    () => ({ columns: 1 }),
  );

  return {
    receive(said, send) {
      box.answer = said;
      box.onclick = ({ target }) => {
        const button = around(target, "tbody tr")?.querySelector("button:enabled");
        if (!(button instanceof HTMLElement)) return;
        button.focus();
        const card = [...box.querySelectorAll(".dl-answer")].findIndex((each) => each.contains(button));
        send("bar", [Number(button.textContent), card]);
      };
      if (!box.dispatchEvent(new CustomEvent(ANSWER, { bubbles: true, cancelable: true }))) return;
      box.innerHTML = said.html;
      box.dataset.from = "server";
    },
  };
});
