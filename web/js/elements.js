// Elements of a component: found in its HTML, or made.

/**
 * The first element that a selector finds, which the component's HTML holds.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @overload
 * @param {ParentNode} within
 * @param {Tag} selector
 * @returns {HTMLElementTagNameMap[Tag]}
 */
/**
 * @overload
 * @param {ParentNode} within
 * @param {string} selector
 * @returns {HTMLElement}
 */
/**
 * @param {ParentNode} within
 * @param {string} selector
 */
export function the(within, selector) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`expected ${selector} in the component's HTML`);
  return found;
}

/**
 * A new element with a text, properties, and a `data-` attribute for each name in `data`.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} name
 * @param {string | number} [text]
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(name, text = "", properties = {}) {
  return Object.assign(document.createElement(name), { textContent: String(text) }, properties);
}

/** @returns a button without a text */
export const button = () => element("button", "", { type: "button" });

/**
 * The context of a canvas to draw in.
 *
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function contextOf(canvas, settings) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
}
