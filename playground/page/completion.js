/** What may be meant while somebody types: commands, their subcommands, people, channels. */

import { h, replace, uniqueId } from "./lib/dom.js";
import { begins, folded } from "./lib/folding.js";

const MOST = 30;

/** @typedef {{text: string, shown: string, note: string}} Suggestion  `text` takes the place of what was typed */

export class Completion {
  #screen;
  #input;
  #active = -1;
  /** Where in the text the typed part begins. */
  #from = 0;
  /** @type {Suggestion[]} */
  #offered = [];

  /** @param {import("./screen.js").Screen} screen @param {HTMLTextAreaElement} input */
  constructor(screen, input) {
    this.#screen = screen;
    this.#input = input;
    const id = uniqueId("suggestions");
    this.list = h("ul", {
      id,
      class: "options suggestions",
      role: "listbox",
      "aria-label": "Suggestions",
      tabindex: "0", // it scrolls
      hidden: true,
    });
    this.count = h("p", { class: "hidden-text", role: "status" });
    this.node = h("div", { class: "completion" }, this.list, this.count);
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", id);
    for (const each of [input, this.list]) each.addEventListener("blur", (event) => this.#left(event));
    this.list.addEventListener("keydown", (event) => this.takes(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  /** Offers what fits the word at the caret. */
  look() {
    const before = this.#input.value.slice(0, this.#input.selectionStart);
    const { typed, offered } = suggestions(before, this.#screen);
    this.#from = before.length - typed.length;
    this.#offered = offered.slice(0, MOST);
    if (this.#offered.length === 0) this.close();
    else this.#open(typed);
  }

  close() {
    if (this.list === document.activeElement) this.#input.focus();
    this.#offered = [];
    this.list.hidden = true;
    this.count.textContent = "";
    this.#activate(-1);
  }

  /** Leaving both the input and the list closes it. */
  #left({ relatedTarget }) {
    if (relatedTarget !== this.list && relatedTarget !== this.#input) this.close();
  }

  /** Whether the list takes this key for itself; the text may be another then. @param {KeyboardEvent} event */
  takes(event) {
    if (this.list.hidden || !this.#takes(event.key)) return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #takes(key) {
    const chosen = this.#offered[this.#active];
    if (key === "ArrowDown") this.#activate(this.#active + 1);
    else if (key === "ArrowUp") this.#activate(this.#active < 0 ? this.#offered.length - 1 : this.#active - 1);
    else if (key === "Escape") this.close();
    else if (key === "Tab" && chosen !== undefined) this.#accept(chosen);
    else if (key === "Enter" && chosen !== undefined && !this.#isTyped(chosen)) this.#accept(chosen);
    else return false;
    return true;
  }

  /** Then Enter means: send it. */
  #isTyped({ text }) {
    return folded(this.#input.value.slice(this.#from, this.#input.selectionStart)) === folded(text.trim());
  }

  #accept({ text }) {
    this.#input.setRangeText(text, this.#from, this.#input.selectionStart, "end");
    this.close();
    this.#input.focus();
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #open(typed) {
    replace(
      this.list,
      this.#offered.map((each) => this.#row(each)),
    );
    this.list.hidden = false;
    this.count.textContent = `${this.#offered.length} suggestions`;
    const meant = typed.replace(/^[/@#]/, "") !== "" || (typed !== "" && this.#offered.length === 1);
    this.#activate(meant ? 0 : -1);
  }

  #row(suggestion) {
    const props = {
      id: uniqueId("suggestion"),
      role: "option",
      "aria-selected": "false",
      onclick: () => this.#accept(suggestion),
    };
    return h("li", props, h("span", null, suggestion.shown), h("small", null, suggestion.note));
  }

  #activate(at) {
    const rows = [...this.list.children];
    this.#active = at < 0 || rows.length === 0 ? -1 : at % rows.length;
    rows.forEach((row, index) => {
      row.classList.toggle("active", index === this.#active);
      row.setAttribute("aria-selected", String(index === this.#active));
    });
    const row = rows[this.#active];
    row?.scrollIntoView({ block: "nearest" });
    for (const each of [this.#input, this.list]) {
      if (row === undefined || this.list.hidden) each.removeAttribute("aria-activedescendant");
      else each.setAttribute("aria-activedescendant", row.id);
    }
  }
}

/**
 * @param {string} before  the text up to the caret
 * @param {import("./screen.js").Screen} screen
 * @returns {{typed: string, offered: Suggestion[]}}
 */
function suggestions(before, screen) {
  const commands = screen.workspace.app.commands;
  const [, command, word] = /^(\/\S+)\s+(\S*)$/.exec(before) ?? [];
  const isCommand = commands.some((each) => each.name === command);
  if (isCommand && !/^[@#]/.test(word)) return { typed: word, offered: subcommands(word, screen) };
  const [typed = ""] = /^\/\S*$|(?<![^\s"“„'(])[@#][^\s@#]*$/u.exec(before) ?? [];
  const offer = {
    "/": () => commandsFor(typed, commands),
    "@": () => people(typed, screen),
    "#": () => channels(typed, screen),
  };
  return { typed, offered: offer[typed[0]]?.() ?? [] };
}

function commandsFor(typed, commands) {
  const fitting = commands.filter(({ name }) => name.startsWith(typed.toLowerCase()));
  return fitting.map(({ name, description, usage_hint: usage }) => ({
    text: `${name} `,
    shown: [name, usage].filter(Boolean).join(" "),
    note: description ?? "",
  }));
}

/** `usage` may repeat the word, or be left out. */
function subcommands(typed, screen) {
  const fitting = screen.completions.filter(({ word }) => folded(word).startsWith(folded(typed)));
  return fitting.map(({ word, usage, what }) => ({ text: `${word} `, shown: usage || word, note: what ?? "" }));
}

function people(typed, screen) {
  const fitting = screen.people.filter((each) => !each.deleted && begins(typed.slice(1), each.handle, each.name));
  return fitting.map(({ handle, name, title }) => ({
    text: `@${handle} `,
    shown: name,
    note: [`@${handle}`, title].filter(Boolean).join(", "),
  }));
}

function channels(typed, screen) {
  const fitting = screen.channels.filter(({ name, archived }) => name && !archived && begins(typed.slice(1), name));
  return fitting.map(({ name, purpose }) => ({ text: `#${name} `, shown: `#${name}`, note: purpose }));
}
