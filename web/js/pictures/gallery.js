// Small images, each of them a button; one sprite carries all of them.

import { component } from "../component.js";
import { button, element, the } from "../elements.js";
import { roveFocus, stopAt } from "../roving_focus.js";

/**
 * What `ui.parts.gallery.gallery` sends; lists have an entry an image.
 * @typedef {object} Data
 * @property {string} sheet the sprite, a PNG in base 64
 * @property {(string | number)[]} names
 * @property {string[]} labels what each is
 * @property {string[]} captions empty for none
 * @property {boolean[]} marked whether a caption stands out; empty for none
 * @property {number | null} chosen place of the one that is outlined
 * @property {number} size CSS pixels of an image
 * @property {number} across images in a row of the sprite
 */

/** Pixels as a length that grows with the words around it. @param {number} pixels where a rem is 16 of them */
const rem = (pixels) => `${pixels / 16}rem`;

export default component((root) => {
  const gallery = the(root, ".gallery");
  let sheet = "";
  let address = "";

  /** @type {() => HTMLButtonElement[]} */
  const buttons = () => [...gallery.querySelectorAll("button")];

  /** @param {number | null} chosen */
  function mark(chosen) {
    buttons().forEach((each, place) => {
      each.setAttribute("aria-pressed", String(place === chosen));
    });
    stopAt(buttons(), chosen ?? 0);
  }

  roveFocus(gallery, buttons, (all) => ({
    columns: all.filter((each) => each.offsetTop === all[0].offsetTop).length,
    flows: true,
  }));

  return {
    /** @type {(data: Data, send: import("../component.js").Send) => void} */
    receive(data, send) {
      const { names, labels, captions, marked, size, across } = data;
      const count = names.length;
      while (gallery.children.length > count) gallery.lastChild?.remove();
      while (gallery.children.length < count) gallery.append(entry());
      if (sheet !== data.sheet) {
        // By a short name: the picture itself in the style of hundreds of buttons is slow.
        URL.revokeObjectURL(address);
        sheet = data.sheet;
        address = urlOf(sheet);
        gallery.style.setProperty("--sheet", `url(${address})`);
        gallery.scrollTop = 0;
      }
      gallery.classList.toggle("captioned", captions.length > 0);
      gallery.style.setProperty("--size", rem(size));
      buttons().forEach((each, place) => {
        const [picture, caption] = [the(each, "i"), the(each, "span")];
        each.title = labels[place];
        each.setAttribute("aria-label", labels[place]);
        each.style.width = picture.style.width = picture.style.height = rem(size);
        picture.style.backgroundSize = `${rem(size * across)} ${rem(size * Math.ceil(count / across))}`;
        picture.style.backgroundPosition = `${rem(-size * (place % across))} ${rem(-size * Math.floor(place / across))}`;
        caption.textContent = captions[place] ?? "";
        caption.hidden = !caption.textContent;
        caption.className = marked[place] ? "marked" : "";
        each.onclick = () => {
          mark(place); // At once; the page follows.
          send("name", names[place]);
        };
      });
      mark(data.chosen);
    },
    end: () => URL.revokeObjectURL(address),
  };
});

function entry() {
  const made = button();
  made.append(element("i"), element("span"));
  return made;
}

/** @type {(sheet: string) => string} */
function urlOf(sheet) {
  const bytes = Uint8Array.from(atob(sheet), (letter) => letter.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
}
