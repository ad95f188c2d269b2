// Presses that act on the drawing wait until the server knows all of it.  The canvas reports
// a stroke 200 ms after the pen is lifted: a press in between would keep what was there
// before it, and the clearing that follows would lose it.

const ACTING = ['[class*="st-key-keep_next"] button', ".st-key-feedback button", ".st-key-canvas_undo button"];
const PARTS = ["pointerdown", "pointerup", "mousedown", "mouseup", "touchstart", "touchend", "click"]; // of a press
const REST = 3_000; // ms within which the page has drawn what belongs to an answer

/** What is on a button: a digit, whether or not it is marked as read just now, or else its words. */
const meaning = (button) => button.textContent.match(/\d$/)?.[0] ?? button.textContent;

/**
 * Hold such presses back while `isAwaited()`.
 *
 * Returns a function that lets the last of them act, once the page has come to rest: on the button
 * that says the same then, since the others may be about another digit.
 */
function pressHolder(isAwaited, signal) {
  let held = null;
  let isHolding = false; // between the parts of one press

  function part(event) {
    const place = ACTING.find((each) => event.target.closest?.(each));
    if (!place || !event.isTrusted) return;
    if (event.type === "pointerdown" || !isHolding) isHolding = isAwaited();
    if (!isHolding) return;
    event.stopImmediatePropagation();
    if (event.type !== "click") return;
    event.preventDefault();
    held = { place, meant: meaning(event.target.closest(place)) };
    isHolding = false;
    if (!isAwaited()) release();
  }

  function release() {
    if (!held) return;
    const { place, meant } = held;
    held = null;
    const until = performance.now() + REST;
    const act = () => {
      const { testScriptState } = document.querySelector('[data-testid="stApp"]')?.dataset ?? {};
      if (testScriptState !== "notRunning" && performance.now() < until) return setTimeout(act, 30);
      [...document.querySelectorAll(place)].find((each) => meaning(each) === meant && !each.disabled)?.click();
    };
    act();
  }

  for (const name of PARTS) document.addEventListener(name, part, { capture: true, signal });
  return release;
}
