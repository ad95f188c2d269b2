// The inside of a network as a component of a page: of what the page looks at now, or of an image that it brings along.

import { component } from "../component.js";
import { button, the } from "../elements.js";
import { roveFocus, stopAt } from "../roving_focus.js";
import { watch } from "../seen.js";
import { mount } from "./view.js";

/**
 * What `ui.parts.inside` sends.
 * @typedef {object} Data
 * @property {{ name: string, title: string }[]} networks that one can look into; the page's own name, and that for people
 * @property {number} first the place of the one that is shown first
 * @property {string | null} image (28, 28) bytes in base 64; none where it is what the page looks at
 */

export default component((root) => {
  const [choice, place] = [the(root, ".choice"), the(root, ".place")];
  /** @type {Data} */
  let data = { networks: [], first: 0, image: null };
  let name = "";
  /** @type {import("./view.js").Inside | null} */
  let inside = null;
  /** @type {import("../seen.js").Seen} */
  let seen = { networks: {}, image: null, answers: {}, known: {} };
  /** @type {import("../network.js").Network | undefined} */
  let shown;

  function draw() {
    const network = seen.networks[name];
    if (!network) return; // On its way.
    inside ??= mount(place, network, { reach: !data.image });
    if (shown && network !== shown) inside.use(network);
    shown = network;
    inside.know(seen.known[name]);
    if (data.image) inside.show(Uint8Array.from(atob(data.image), (letter) => letter.charCodeAt(0)));
    else inside.show(seen.image, seen.answers[name]);
  }

  /** @param {string} now */
  function choose(now) {
    name = now;
    for (const each of choice.querySelectorAll("button")) each.ariaChecked = String(each.dataset.name === now);
    draw();
  }

  function offer() {
    const buttons = data.networks.map(({ name: each, title }) => {
      const one = Object.assign(button(), { textContent: title, role: "radio" });
      one.dataset.name = each;
      one.onclick = () => choose(each);
      return one;
    });
    choice.replaceChildren(...buttons);
    choice.hidden = buttons.length < 2;
    stopAt(buttons, 0);
    roveFocus(
      choice,
      () => buttons,
      () => ({ columns: buttons.length }),
      (at) => choose(data.networks[at].name),
    );
  }

  const unwatch = watch((now) => {
    seen = now;
    draw();
  });

  return {
    receive(/** @type {Data} */ now) {
      const before = data.networks.map((each) => each.name).join();
      data = now;
      if (before !== data.networks.map((each) => each.name).join()) offer();
      const known = data.networks.some((each) => each.name === name);
      choose(known ? name : (data.networks[data.first]?.name ?? ""));
    },
    end() {
      unwatch();
      inside?.end();
    },
  };
});
