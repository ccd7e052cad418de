/** A searchable select: for people, conversations, and several of anything. */

import { h, replace, uniqueId } from "../lib/dom.js";
import { begins } from "../lib/folding.js";
import { icon } from "../lib/icons.js";

/**
 * @param {import("./controls.js").Setting} setting
 * @param {{many: boolean, choices: () => import("./choices.js").Choice[], placeholder: string | null}} what
 * @returns {import("../types.js").Control}
 */
export function combobox(setting, what) {
  const box = new Combobox(setting, what);
  return { node: box.node, target: box.input, value: () => box.value, put: (value) => box.put(value) };
}

class Combobox {
  /** @type {string[]} */
  #chosen = [];
  #active = -1;
  #setting;
  #what;

  constructor(setting, what) {
    this.#setting = setting;
    this.#what = what;
    const listId = uniqueId("options");
    this.chips = h("span", { class: "chips" });
    this.list = h("ul", { id: listId, class: "options", role: "listbox", hidden: true, "aria-label": "Choices" });
    this.input = h("input", {
      id: setting.id,
      class: "text-input",
      type: "text",
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      placeholder: what.placeholder ?? (what.many ? "Type to add" : "Type to search"),
      ...setting.naming,
      oninput: () => this.#open(),
      onclick: () => this.#open(),
      onkeydown: (event) => this.#key(event),
      onblur: () => this.#left(),
    });
    this.node = h("div", { class: "combobox" }, this.chips, this.input, this.list);
    // The list must not take the focus: leaving the input closes it.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get value() {
    return this.#what.many ? this.#chosen : (this.#chosen[0] ?? null);
  }

  put(value) {
    this.#chosen = [value ?? []].flat();
    this.#show();
  }

  #show() {
    if (this.#what.many)
      replace(
        this.chips,
        this.#chosen.map((each) => this.#chip(each)),
      );
    else this.input.value = this.#textOf(this.#chosen[0]);
  }

  #textOf(value) {
    return value === undefined ? "" : (this.#what.choices().find((each) => each.value === value)?.text ?? value);
  }

  #chip(value) {
    const name = this.#textOf(value);
    const remove = () => {
      this.#choose(this.#chosen.filter((each) => each !== value));
      this.input.focus();
    };
    const button = h("button", { type: "button", "aria-label": `Remove ${name}`, onclick: remove }, icon("close"));
    return h("span", { class: "chip" }, name, button);
  }

  #choose(chosen) {
    this.#chosen = chosen;
    this.#show();
    this.#close();
    this.#setting.edited();
    this.#setting.commit();
  }

  #pick(value) {
    if (this.#what.many) this.input.value = "";
    this.#choose(this.#what.many ? [...this.#chosen, value] : [value]);
  }

  /** What was typed and not chosen is dropped; an emptied field is empty. */
  #left() {
    this.#close();
    if (this.#what.many) this.input.value = "";
    else if (this.input.value.trim() === "" && this.#chosen.length > 0) this.#choose([]);
    else this.#show();
  }

  // --- the list --------------------------------------------------------------------------------------------

  /** What is in the field already is no search: all are offered. */
  #offered() {
    const typed = this.input.value.trim();
    const search = !this.#what.many && typed === this.#textOf(this.#chosen[0]) ? "" : typed;
    const left = this.#what.choices().filter((each) => !(this.#what.many && this.#chosen.includes(each.value)));
    return left.filter((each) => begins(search, each.text, each.note?.slice(1) ?? ""));
  }

  #open() {
    const offered = this.#offered();
    const rows = offered.map((each) => this.#row(each));
    replace(
      this.list,
      rows.length > 0
        ? rows
        : h("li", { class: "none", role: "option", "aria-disabled": "true" }, "Nobody and nothing by that name"),
    );
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#activate(offered.length > 0 && this.input.value !== "" ? 0 : -1);
    this.list.scrollIntoView({ block: "nearest" });
  }

  #row({ value, text, note }) {
    const selected = String(this.#chosen.includes(value));
    const props = {
      id: uniqueId("option"),
      role: "option",
      "aria-selected": selected,
      onclick: () => this.#pick(value),
    };
    return h("li", { ...props, dataset: { value } }, h("span", null, text), note && h("small", null, note));
  }

  #close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  #activate(at) {
    const rows = this.#rows;
    this.#active = rows.length === 0 || at < 0 ? -1 : at % rows.length;
    for (const [index, row] of rows.entries()) row.classList.toggle("active", index === this.#active);
    const row = rows[this.#active];
    if (row === undefined) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", row.id);
    row?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const taken = {
      ArrowDown: () => this.#step(1),
      ArrowUp: () => this.#step(-1),
      Enter: () => this.#enter(),
      Escape: () => this.#escape(),
      Backspace: () => this.#removeLast(),
    }[event.key]?.();
    if (!taken) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Each says whether the key was meant for the list.

  #step(by) {
    if (this.list.hidden) this.#open();
    else this.#activate(by > 0 ? this.#active + 1 : Math.max(this.#active, 0) + this.#rows.length - 1);
    return true;
  }

  #enter() {
    const row = this.#rows[this.#active];
    if (row !== undefined) this.#pick(row.dataset.value);
    return row !== undefined || !this.list.hidden;
  }

  #escape() {
    const open = !this.list.hidden;
    this.#close();
    return open;
  }

  #removeLast() {
    const removes = this.#what.many && this.input.value === "" && this.#chosen.length > 0;
    if (removes) this.#choose(this.#chosen.slice(0, -1));
    return removes;
  }

  /** @returns {HTMLElement[]} */
  get #rows() {
    return [...this.list.querySelectorAll("[data-value]")];
  }
}
