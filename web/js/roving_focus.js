// One stop for the Tab key in a group of buttons, and arrow keys from one to the next.

/**
 * How the buttons lie, row by row.
 * @typedef {object} Layout
 * @property {number} columns how many beside each other
 * @property {boolean} [flows] whether a row goes on in the next one, as words do; or it ends, as in a table
 */

/** @type {Record<string, [number, number]>} rows down and columns across */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Where a key leads from a place among `count` of them: where the way ends the same one, `undefined` for other keys.
 *
 * @param {string} key as events name it
 * @param {number} at
 * @param {number} count
 * @param {Layout} layout
 * @returns {number | undefined}
 */
export function nextPlace(key, at, count, { columns, flows = false }) {
  if (flows && key === "Home") return 0;
  if (flows && key === "End") return count - 1;
  if (!Object.hasOwn(ARROWS, key)) return undefined;
  const [down, across] = ARROWS[key];
  if (flows) return within(at + down * columns + across, count);
  const rows = Math.ceil(count / columns);
  return within(Math.floor(at / columns) + down, rows) * columns + within((at % columns) + across, columns);
}

/** @type {(place: number, count: number) => number} */
const within = (place, count) => Math.min(count - 1, Math.max(0, place));

/**
 * Have the arrow keys go from one button of a group to the next.
 *
 * @param {HTMLElement} group holds the buttons
 * @param {(focused: HTMLElement) => HTMLElement[]} among the buttons that the focused one is among, by rows
 * @param {(buttons: HTMLElement[]) => Layout} layout how they lie now
 * @param {(place: number) => void} [arrived] called with the place among them that an arrow led to
 */
export function roveFocus(group, among, layout, arrived) {
  group.onkeydown = (event) => {
    const focused = /** @type {HTMLElement} */ (event.target);
    const buttons = among(focused);
    const at = buttons.indexOf(focused);
    const next = at < 0 ? undefined : nextPlace(event.key, at, buttons.length, layout(buttons));
    if (next === undefined) return;
    event.preventDefault();
    stopAt(buttons, next);
    buttons[next].focus();
    arrived?.(next);
  };
}

/**
 * Let the Tab key stop at one of the buttons alone.
 *
 * @param {HTMLElement[]} buttons
 * @param {number} place
 */
export function stopAt(buttons, place) {
  buttons.forEach((button, each) => {
    button.tabIndex = each === place ? 0 : -1;
  });
}
