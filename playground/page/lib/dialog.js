/** The page's own small questions, on top of everything. */

import { h, uniqueId } from "./dom.js";

/**
 * Resolves to true once the person agrees, to false once they do not, Esc included.
 *
 * @param {{title: string, body: import("./dom.js").Child, agree: string, refuse: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, body, agree, refuse, danger = false }) {
  const titleId = uniqueId("dialog");
  const style = danger ? "button danger" : "button primary";
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": titleId },
    h(
      "form",
      { method: "dialog", novalidate: true },
      h("h2", { id: titleId }, title),
      h("div", { class: "dialog-body text" }, body),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close("") }, refuse),
        h("button", { class: style, value: "yes" }, agree),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

/** Whether such a question is open. */
export function isAsking() {
  return document.querySelector("dialog[open]") !== null;
}
