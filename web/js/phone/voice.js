// What a screen reader says when the page asks for something else.

const place = document.getElementById("heard");

/** @param {string | null} words */
export function hear(words) {
  if (place && place.textContent !== words) place.textContent = words;
}
