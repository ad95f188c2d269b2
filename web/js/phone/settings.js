// What the server has written into the page, its words in the phone's language, and what the phone keeps.

/**
 * @typedef {object} Settings
 * @property {string} language
 * @property {string} code of the class that the address names, if any
 * @property {string} base the path that the server is below
 * @property {Record<string, string>} words
 */

/** @type {Settings} */
export const settings = JSON.parse(document.getElementById("settings")?.textContent ?? "{}");

/**
 * A sentence of the page, its braces filled in.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function told(key, values = {}) {
  return settings.words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/**
 * What the phone has kept under a name: `undefined` where it has nothing.
 *
 * @param {string} name
 * @returns {any}
 */
export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(`digitlab-${name}`) ?? "");
  } catch {
    return undefined;
  }
}

/**
 * Have the phone keep something under a name, also when the page is closed; `undefined` for nothing any more.
 *
 * @param {string} name
 * @param {unknown} value
 */
export function keep(name, value) {
  try {
    if (value === undefined) localStorage.removeItem(`digitlab-${name}`);
    else localStorage.setItem(`digitlab-${name}`, JSON.stringify(value));
  } catch {
    // A private window may keep nothing: it lasts as long as the page.
  }
}
