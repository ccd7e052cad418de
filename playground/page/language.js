/** One switch for everybody: in which language the app speaks, as far as people have not chosen themselves. */

import { h } from "./lib/dom.js";
import { labelled } from "./words.js";

const LANGUAGES = [
  ["en", "English"],
  ["pl", "Polski"],
];

export class LanguageSwitch {
  #desk;
  #busy = false;

  /** @param {import("./types.js").Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.buttons = LANGUAGES.map(([code, name]) =>
      h("button", { type: "button", class: "button small", lang: code, onclick: () => this.#speak(code) }, name),
    );
    this.node = labelled(h("div", { class: "languages", role: "group" }, this.buttons), "speaks", "aria-label");
  }

  update() {
    const { story } = this.#desk.screen;
    this.node.hidden = story?.language === undefined;
    for (const [at, [code]] of LANGUAGES.entries())
      this.buttons[at].setAttribute("aria-pressed", String(story?.language === code));
  }

  async #speak(code) {
    if (this.#busy) return; // the one that is pressed may be a guess: a click sets it
    this.#busy = true;
    try {
      await this.#desk.act("cue", { cue: `speak:${code}` });
    } catch (refusal) {
      this.#desk.tell(refusal.message);
    } finally {
      this.#busy = false;
    }
  }
}
