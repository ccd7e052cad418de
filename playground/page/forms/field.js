/** One input on a surface: its control, and in an input block label, hint and the place for its error. */

import { h, setText, uniqueId } from "../lib/dom.js";
import { plain } from "../text/mrkdwn.js";
import { CONTROLS } from "./controls.js";

export class Field {
  /**
   * @param {{block: import("../types.js").Block, element: import("../types.js").Element_}} input
   * @param {{reader: import("../screen.js").Screen, edited: (field: Field) => void,
   *   commit: (field: Field) => void}} owner
   */
  constructor({ block, element }, { reader, edited, commit }) {
    this.block = block;
    this.element = element;
    this.key = `${block.block_id}/${element.action_id}`;
    /** It holds what has not been told yet. */
    this.dirty = false;
    /** How many of its values are on their way. */
    this.pending = 0;
    const id = uniqueId("input");
    this.error = h("p", { id: `${id}-error`, class: "field-error", hidden: true });
    this.control = CONTROLS.get(element.type)(element, {
      reader,
      id,
      naming: this.#naming(id),
      edited: () => edited(this),
      commit: () => commit(this),
    });
    this.node = block.type === "input" ? this.#labelled(id) : this.control.node;
  }

  /** @param {string | undefined} text */
  showError(text) {
    setText(this.error, text ?? "");
    this.error.hidden = text === undefined;
    const { target, grouped } = this.control;
    if (text === undefined) target.removeAttribute("aria-invalid");
    else if (!grouped || target.getAttribute("role") === "radiogroup") target.setAttribute("aria-invalid", "true");
    this.node.classList.toggle("invalid", text !== undefined);
  }

  focus() {
    const { target, grouped } = this.control;
    (grouped ? (target.querySelector(":checked") ?? target.querySelector("input")) : target)?.focus();
  }

  get hasFocus() {
    return this.control.node.contains(document.activeElement);
  }

  #naming(id) {
    const { block, element } = this;
    const dataset = { focus: this.key };
    if (block.type !== "input") return { dataset, "aria-label": nameOf(block, element) };
    const describedBy = `${block.hint ? `${id}-hint ` : ""}${id}-error`;
    const required = !block.optional && element.type !== "checkboxes" && element.type !== "file_input";
    return {
      dataset,
      "aria-labelledby": `${id}-label`,
      "aria-describedby": describedBy,
      "aria-required": required ? "true" : null,
    };
  }

  #labelled(id) {
    const { label, hint, optional } = this.block;
    const words = [plain(label), optional && h("span", { class: "optional" }, " (optional)")];
    const named = this.control.grouped
      ? h("span", { id: `${id}-label`, class: "label" }, words)
      : h("label", { id: `${id}-label`, class: "label", for: id }, words);
    return h(
      "div",
      { class: "field" },
      named,
      this.control.node,
      this.error,
      hint && h("p", { id: `${id}-hint`, class: "hint" }, plain(hint)),
    );
  }
}

/** Outside an input block there is no label: the nearest words must do. */
function nameOf(block, element) {
  const words = element.placeholder ?? block.text;
  return words ? words.text.replace(/[*_~`]/g, "").slice(0, 100) : element.type.replaceAll("_", " ");
}
