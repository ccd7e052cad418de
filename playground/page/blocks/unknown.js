import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

/** What the playground cannot show is a mistake, of the app or of the playground: nobody may overlook it. */
export function unknown(what, thing) {
  return h(
    "div",
    { class: "unknown", role: "note" },
    h("p", null, icon("warning"), h("strong", null, `Unknown ${what}: ${thing.type}`)),
    h("pre", { tabindex: "0", "aria-label": "Its JSON" }, JSON.stringify(thing, null, 2)),
  );
}
