/** Choosing the people of a new direct message. */

import { h, uniqueId } from "./lib/dom.js";
import { ask } from "./lib/dialog.js";
import { combobox } from "./forms/combobox.js";

/** @param {import("./screen.js").Screen} screen @returns {Promise<string[]>}  empty: nobody after all */
export async function choosePeople(screen) {
  const id = uniqueId("people");
  const others = screen.people.filter((each) => each.id !== screen.viewer.id && !each.deleted);
  const choices = others.map((each) => ({ value: each.id, text: each.name, note: `@${each.handle}` }));
  const setting = { id, reader: screen, naming: { autofocus: true }, edited: () => {}, commit: () => {} };
  const picker = combobox(setting, { many: true, choices: () => choices, placeholder: "Type a name" });
  const body = h("div", { class: "field" }, h("label", { class: "label", for: id }, "To"), picker.node);
  const agreed = await ask({ title: "New direct message", body, agree: "Open", refuse: "Cancel" });
  return agreed ? picker.value() : [];
}
