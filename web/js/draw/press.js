// Presses that act on the drawing wait until the server knows all of it.  The canvas reports
// a stroke 200 ms after the pen is lifted: a press in between would keep what was there
// before it, and the clearing that follows would lose it.

const ACTING = ['[class*="st-key-keep_next"] button', ".st-key-feedback button", ".st-key-canvas_undo button"];
const PARTS = ["pointerdown", "pointerup", "mousedown", "mouseup", "touchstart", "touchend", "click"]; // of a press
const REST = 3_000; // ms within which the page has drawn what belongs to an answer

/**
 * What is on a button: a digit, whether or not it is marked as read just now, or else its words.
 * @param {Element} button
 */
const meaning = (button) => button.textContent?.match(/\d$/)?.[0] ?? button.textContent;

/**
 * Hold such presses back while `isAwaited()`.
 *
 * @param {() => boolean} isAwaited
 * @param {AbortSignal} signal ends it
 * @returns a function that lets the last of them act, once the page has come to rest: on the button that says the
 *   same then, since the others may be about another digit
 */
export function holdPresses(isAwaited, signal) {
  /** @type {{ place: string, meant: string | null } | null} */
  let held = null;
  let isHolding = false; // between the parts of one press

  /** @param {Event} event */
  function part(event) {
    const pressed = event.target instanceof Element ? event.target : null;
    const place = ACTING.find((each) => pressed?.closest(each));
    const button = place && pressed?.closest(place);
    if (!place || !button || !event.isTrusted) return;
    if (event.type === "pointerdown" || !isHolding) isHolding = isAwaited();
    if (!isHolding) return;
    event.stopImmediatePropagation();
    if (event.type !== "click") return;
    event.preventDefault();
    held = { place, meant: meaning(button) };
    isHolding = false;
    if (!isAwaited()) release();
  }

  function release() {
    if (!held) return;
    const { place, meant } = held;
    held = null;
    const until = performance.now() + REST;
    const act = () => {
      const app = document.querySelector('[data-testid="stApp"]');
      const isAtRest = app instanceof HTMLElement && app.dataset.testScriptState === "notRunning";
      if (!isAtRest && performance.now() < until) {
        setTimeout(act, 30);
        return;
      }
      const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll(place));
      [...buttons].find((each) => meaning(each) === meant && !each.disabled)?.click();
    };
    act();
  }

  for (const name of PARTS) document.addEventListener(name, part, { capture: true, signal });
  return release;
}
