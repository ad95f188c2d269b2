// What was pressed, in full: one unit, one pixel of a map, one output, as the numbers that they are made of.

import { button, element } from "../elements.js";
import { Liking } from "./liking.js";
import { MapView } from "./map.js";
import { shapeOf } from "./stages.js";
import { UnitView } from "./unit.js";
import { nameOf } from "./words.js";

/** @typedef {import("../network.js").Answer} Answer */
/** @typedef {import("../network.js").Network} Network */
/** @typedef {import("./picture.js").Chosen} Chosen */
/** @typedef {import("./stages.js").Stage} Stage */

/**
 * What shows something that was pressed.
 * @typedef {object} Shown
 * @property {HTMLElement} element
 * @property {(network: Network, answer: Answer) => void} show
 */

export class Panel {
  /** @param {() => void} close called when it is to be closed */
  constructor(close) {
    this.title = element("h4");
    const cross = Object.assign(button(), { textContent: "\u00d7", className: "close", ariaLabel: "Close" });
    cross.onclick = close;
    this.head = element("header");
    this.head.append(this.title, cross);
    this.element = element("section", "", { className: "panel", hidden: true });
    this.element.onkeydown = ({ key }) => key === "Escape" && close();
    /** @type {Shown | null} */
    this.shown = null;
    this.liking = new Liking();
    /** @type {import("./liking.js").Known | undefined} */
    this.known = undefined;
    this.key = "";
  }

  /** @type {(network: Network, answer: Answer, stages: Stage[], chosen: Chosen) => void} */
  show(network, answer, stages, { stage: at, unit }) {
    const stage = stages[at];
    const key = `${shapeOf(stages)} ${at} ${unit}`;
    if (!this.shown || key !== this.key) {
      this.key = key;
      const isMap = stage.kind === "maps" || stage.kind === "pooled";
      this.shown = isMap ? new MapView(stage, unit) : new UnitView(stages, at, unit);
      const words = nameOf(stage, unit);
      this.title.textContent = words[0].toUpperCase() + words.slice(1);
      this.element.replaceChildren(this.head, this.shown.element, this.liking.element);
    }
    this.shown.show(network, answer);
    this.liking.show(this.known, stage, unit, answer);
  }
}
