// What the first layer weighs: a picture a unit, which changes with the snapshot.

import { element, the } from "../elements.js";

/**
 * What `ui.mistakes.matrix.travel.weights` gives; the pictures come as a sheet, a column a unit and a row a snapshot.
 * @typedef {object} Weights
 * @property {string} title
 * @property {string} unit what a unit is called
 * @property {(string | number)[]} names of the units
 */

/**
 * A picture for each unit.
 *
 * @param {HTMLElement} figure
 */
export function weights(figure) {
  const tiles = the(figure, ".tiles");
  let [units, snapshots] = [0, 0];
  return {
    /** @param {import("./matrix.js").Data} data */
    build({ weights, frames }) {
      figure.hidden = !weights;
      [units, snapshots] = [weights?.names.length ?? 0, frames.length];
      if (!weights) return;
      const words = [
        " Ink on ",
        element("b", "blue", { className: "for" }),
        " pixels speaks for it, on ",
        element("b", "orange", { className: "against" }),
        " against it.",
      ];
      const key = element("span");
      key.append(...words);
      the(figure, "figcaption").replaceChildren(weights.title, key);
      tiles.replaceChildren(
        ...weights.names.map((name) => {
          const picture = element("i", "", { role: "img", ariaLabel: `Weights of ${weights.unit} ${name}` });
          picture.style.backgroundSize = `${100 * units}% ${100 * snapshots}%`;
          const tile = element("div");
          tile.append(picture, String(name));
          return tile;
        }),
      );
    },

    /** @param {number} place the snapshot that is shown */
    draw(place) {
      tiles.querySelectorAll("i").forEach((picture, unit) => {
        picture.style.backgroundPosition = `${share(unit, units)}% ${share(place, snapshots)}%`;
      });
    },
  };
}

/** @type {(at: number, count: number) => number} percent of the way from the first to the last */
const share = (at, count) => (count > 1 ? (100 * at) / (count - 1) : 0);
