// What became of one image: as what it was read at each snapshot.

import { element, the } from "../elements.js";

/**
 * What `ui.mistakes.matrix.travel.image` gives.
 * @typedef {object} Image
 * @property {string} words
 * @property {string} label for screen readers
 * @property {number} truth its digit
 * @property {(number | null)[]} read a digit for each snapshot, none for no answer
 */

/**
 * A row of marks, one a snapshot.
 *
 * @param {HTMLElement} box
 * @param {(at: number) => void} onChoose called with the place of the mark that was chosen
 */
export function fate(box, onChoose) {
  const row = the(box, ".marks");
  return {
    /** @param {import("./matrix.js").Data} data */
    build({ image, frames }) {
      box.hidden = !image;
      if (!image) return;
      the(box, ".fate").textContent = image.words;
      row.setAttribute("aria-label", image.label);
      const marks = image.read.map((digit, at) => {
        const right = digit === image.truth;
        const moment = frames[at].words.split(":")[0];
        const title = `${moment}: read as ${digit ?? "nothing"}, ${right ? "right" : "wrong"}`;
        return element("span", digit ?? "?", { className: right ? "right" : "", title, onclick: () => onChoose(at) });
      });
      row.replaceChildren(...marks);
    },

    /** @param {number} place the snapshot that is shown */
    draw(place) {
      [...row.children].forEach((mark, at) => {
        mark.classList.toggle("now", at === place);
      });
    },
  };
}
