// Takes away the canvas component's own toolbar, which lies invisible over a corner of the canvas, and names the canvas.

import { component } from "../component.js";

const STYLE = ".dc-toolbar { display: none !important } .dc-canvas, .upper-canvas { border-radius: 6px }";

export default component(() => {
  let frame = 0;
  return {
    /** @param {{ board: string, label: string }} data key of the container that the canvas is in, and its name */
    receive({ board, label }) {
      const look = () => {
        const inside = [...document.querySelectorAll(`.st-key-${board} *`)].map((each) => each.shadowRoot);
        const root = inside.find((each) => each?.querySelector(".dc-toolbar"));
        if (!root) {
          frame = requestAnimationFrame(look);
          return;
        }
        const style = document.createElement("style");
        style.textContent = STYLE;
        root.append(style);
        root.querySelector(".upper-canvas")?.setAttribute("aria-label", label);
        root.querySelector(".upper-canvas")?.setAttribute("role", "img");
      };
      cancelAnimationFrame(frame);
      look();
    },
    end: () => cancelAnimationFrame(frame),
  };
});
