/** The workspace's clock, and the buttons that move it. */

import { h, setText } from "./lib/dom.js";
import { busyWhile } from "./lib/busy.js";
import { icon } from "./lib/icons.js";
import { isoDay, shortDay, timeOfDay } from "./text/dates.js";
import { labelled, language, word } from "./words.js";

const JUMPS = ["hour", "morning", "monday"];

export class Clock {
  #desk;
  #day = "";

  /** @param {import("./types.js").Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.time = h("span", { class: "clock-time" });
    this.due = this.#button("due", () => this.#jumpToNextDue());
    this.node = h("div", { class: "clock" }, icon("clock"), this.time);
    this.buttons = h(
      "div",
      { class: "clock-buttons", role: "group" },
      JUMPS.map((to) => this.#button(to, () => this.#desk.act("jump", { to }))),
      this.due,
    );
    labelled(this.buttons, "clock", "aria-label");
    this.#tick();
  }

  update() {
    const { screen } = this.#desk;
    const now = screen.now();
    const time = timeOfDay(now, { locale: "en-GB", tz: screen.tz });
    setText(this.time, `${shortDay(now, screen.tz, language())}, ${time}`);
    this.time.title = screen.tz;
    const day = isoDay(now, screen.tz);
    const nextDay = this.#day !== "" && this.#day !== day;
    this.#day = day;
    return nextDay;
  }

  /** "Today" is another day after midnight. */
  #tick() {
    setTimeout(
      () => {
        this.#tick();
        if (this.#desk.screen.viewer !== undefined && this.update()) this.#desk.refresh();
      },
      60_000 - (Date.now() % 60_000),
    );
  }

  #button(name, act) {
    const button = labelled(h("button", { type: "button", class: "button small" }), `clock.${name}`);
    button.addEventListener("click", () => busyWhile(button, () => this.#try(act)));
    return button;
  }

  async #try(act) {
    try {
      await act();
    } catch (refusal) {
      this.#desk.tell(refusal.message);
    }
  }

  async #jumpToNextDue() {
    try {
      const { found } = await this.#desk.act("cue", { cue: "next_due" });
      if (!found) this.#desk.tell(word("clock.nothing"));
    } catch (refusal) {
      this.due.title = refusal.message;
      throw refusal;
    }
  }
}
