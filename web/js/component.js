// What Streamlit asks of a component: a function that it calls when the component comes, and again whenever its data
// have changed.

/**
 * What the page's Python sends, see the module of the same name in `ui/`.
 * @typedef {any} Data
 */

/**
 * Tells the page's Python what was chosen: the name of a trigger, and its value.
 * @typedef {(name: string, value: unknown) => void} Send
 */

/**
 * What stands in the component's place.
 * @typedef {object} View
 * @property {(data: Data, send: Send) => void} receive takes what is to be shown
 * @property {() => void} [end] stops what would go on without the component: timers, observers, the document's events
 */

/**
 * A component whose view is made once, in its HTML, and is told all that comes.
 *
 * @param {(root: HTMLElement) => View} begin makes the view
 */
export function component(begin) {
  /** @type {WeakMap<HTMLElement, View>} */
  const views = new WeakMap();
  return (/** @type {{ parentElement: HTMLElement, data: Data, setTriggerValue: Send }} */ call) => {
    const { parentElement: root, data, setTriggerValue } = call;
    const view = views.get(root) ?? begin(root);
    views.set(root, view);
    view.receive(data, setTriggerValue);
    return () => {
      if (root.isConnected) return; // Data that were overtaken by newer ones end as well.
      view.end?.();
      views.delete(root);
    };
  };
}
