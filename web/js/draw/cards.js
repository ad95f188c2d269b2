// The cards of answers that `ui.parts.answers` made as HTML: filled in anew, or made like newer ones.

import { the } from "../elements.js";
import { shares } from "../network.js";
import { probable } from "../numerals.js";

/** @typedef {import("../network.js").Answer} Answer */

/**
 * Write what a network says of an unfinished drawing into a card.
 *
 * @param {Element} card
 * @param {Answer} answer
 */
export function fill(card, { outputs, probabilities }) {
  const order = [...probabilities.keys()].sort(
    (one, other) => probabilities[other] - probabilities[one] || one - other,
  );
  const said = the(card, ".dl-said");
  // Whether an answer is sure, only the server can tell, which has the training images: nothing is said that it could
  // take back.
  if (!said.querySelector(".dl-guess")) {
    said.classList.remove("dl-unsure");
    said.innerHTML =
      '<span class="dl-digit"></span><span class="dl-sure dl-guess"><strong>Best guess</strong><br><small></small></span>';
  }
  write(the(said, ".dl-digit"), String(order[0]));
  write(the(said, "small"), `then ${order[1]}`);
  const table = /** @type {HTMLTableElement} */ (the(card, ".dl-bars"));
  const parts = table.classList.contains("dl-by-shares") ? shares(outputs) : probabilities;
  const shown = table.classList.contains("dl-by-outputs") ? outputs : parts;
  const best = shown.indexOf(Math.max(...shown));
  [...table.tBodies[0].rows].forEach((row, digit) => {
    const [, bar, share, output] = row.cells;
    if (row.classList.contains("dl-best") !== (digit === best)) row.classList.toggle("dl-best");
    the(bar, "i").style.setProperty("--length", `${(100 * shown[digit]).toFixed(1)}%`);
    write(share, probable(parts[digit]));
    write(output, outputs[digit].toFixed(4));
  });
}

/**
 * Make an element like the one in `html` with as few changes as there are: focus stays, nothing flickers.
 *
 * @param {Element} old
 * @param {string} html
 * @param {string} [except] selector of what is left as it is
 */
export function makeLike(old, html, except) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const now = template.content.firstElementChild;
  if (now) morph(old, now, except);
}

/** @type {(old: Element, now: Element, except?: string) => void} */
function morph(old, now, except) {
  if (except && now.matches(except)) return;
  for (const { name } of [...old.attributes]) if (!now.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const children = [...now.childNodes];
  children.forEach((child, index) => {
    const there = old.childNodes[index];
    if (!there) old.append(child);
    else if (there.nodeName !== child.nodeName) there.replaceWith(child);
    else if (there instanceof Element && child instanceof Element) morph(there, child, except);
    else if (there.nodeValue !== child.nodeValue) there.nodeValue = child.nodeValue;
  });
  while (old.childNodes.length > children.length) old.lastChild?.remove();
}

/** @type {(element: Element, text: string) => void} */
function write(element, text) {
  const there = element.firstChild;
  if (!there) element.textContent = text;
  else if (there.nodeValue !== text) there.nodeValue = text;
}
