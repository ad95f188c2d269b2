// What a page brings along for what looks into networks, see `ui.explain.inside`: networks, or what is known of their units.

import { component } from "../component.js";
import { headerOf, unpacked, weightsAt } from "../network.js";
import { see } from "../seen.js";

export default component(() => {
  let header = "";
  return {
    receive(/** @type {Uint8Array} */ bytes) {
      if (header === headerOf(bytes)) return;
      header = headerOf(bytes);
      const said = JSON.parse(header);
      if (Array.isArray(said)) see({ networks: unpacked(bytes) });
      else see({ known: { [said.name]: { ...said, images: bytes.slice(weightsAt(bytes)) } } });
    },
  };
});
