/** Where a message or a command is typed. */

import { Completion } from "./completion.js";
import { h, setText, uniqueId } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { menu } from "./lib/popover.js";

const MOST_PIXELS = 200;

/** What was typed and not sent, by person, conversation and thread. @type {Map<string, string>} */
const drafts = new Map();

export class Composer {
  #desk;
  #spot = { where: "", thread: null, key: "" };
  #waiting = 0;

  /** @param {import("./types.js").Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    const id = uniqueId("composer");
    this.label = h("label", { class: "hidden-text", for: id });
    this.input = h("textarea", { id, rows: 1, autocomplete: "off", spellcheck: "false", enterkeyhint: "send" });
    this.sendButton = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
    this.status = h("p", { class: "composer-status", role: "status" });
    this.failure = h("p", { class: "composer-failure", role: "alert", hidden: true });
    this.closed = h("p", { class: "composer-closed", hidden: true });
    this.completion = new Completion(desk.screen, this.input);
    this.form = h(
      "form",
      { class: "composer-box", onsubmit: (event) => this.#submitted(event) },
      this.#shortcuts(),
      this.label,
      this.input,
      this.completion.node,
      this.sendButton,
    );
    this.node = h("div", { class: "composer" }, this.failure, this.form, this.closed, this.status);
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * @param {{where: string, thread?: string | null, label: string, closed: string | null}} spot  `closed`: why
   *   nothing can be written here
   */
  show({ where, thread = null, label, closed }) {
    const key = [this.#desk.screen.viewer.id, where, thread].join(" ");
    setText(this.label, label);
    this.input.placeholder =
      thread === null ? `${label}, or type ${this.#desk.screen.workspace.app.commands[0]?.name ?? "/"}` : label;
    this.form.hidden = closed !== null;
    this.closed.hidden = closed === null;
    setText(this.closed, closed ?? "");
    if (key === this.#spot.key) return;
    this.#spot = { where, thread, key };
    this.input.value = drafts.get(key) ?? "";
    this.#fail(null);
    this.completion.close();
    this.#grow();
  }

  /** The app's shortcuts that are everywhere. */
  #shortcuts() {
    const { screen, act } = this.#desk;
    const label = "Shortcuts";
    const button = h(
      "button",
      { type: "button", class: "shortcuts", "aria-label": label, title: label },
      icon("plus"),
    );
    const use = async (name) => {
      const answer = await act("use_shortcut", { name }).catch((no) => ({ error: no.message }));
      this.#fail(answer?.error ?? null);
    };
    // The workspace is not known yet when the page begins.
    return menu(button, () => {
      const { app } = screen.workspace;
      const offered = app.shortcuts.filter(({ type }) => type === "global");
      return offered.map(({ name, description }) => ({
        text: `${app.name}: ${name}`,
        note: description,
        chosen: () => use(name),
      }));
    });
  }

  focus() {
    if (!this.form.hidden) this.input.focus();
  }

  #typed() {
    drafts.set(this.#spot.key, this.input.value);
    this.#fail(null);
    this.completion.look();
    this.#grow();
  }

  #grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, MOST_PIXELS)}px`;
  }

  #key(event) {
    if (this.completion.takes(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #submitted(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (text !== "") this.#send(text);
  }

  async #send(text) {
    const spot = this.#spot;
    const command = text.startsWith("/");
    this.completion.close();
    this.#fail(null);
    if (command && spot.thread !== null) {
      this.#fail(`${text.split(/\s/)[0]} is not supported in threads. Sorry!`);
      return;
    }
    this.#put(spot, "");
    this.#wait(command ? text.split(/\s/)[0] : "", 1);
    try {
      // What Slackbot says about a command that failed comes as a message.
      if (command) await this.#desk.act("type", { where: spot.where, text });
      else await this.#desk.act("say", { where: spot.where, text, ...(spot.thread && { thread: spot.thread }) });
    } catch (refusal) {
      if (!drafts.get(spot.key)) this.#put(spot, text);
      if (spot.key === this.#spot.key) this.#fail(refusal.message);
    } finally {
      this.#wait("", -1);
    }
  }

  #put(spot, text) {
    drafts.set(spot.key, text);
    if (spot.key !== this.#spot.key) return;
    this.input.value = text;
    this.#grow();
  }

  #wait(command, more) {
    this.#waiting += more;
    if (this.#waiting === 0) setText(this.status, "");
    else if (command) setText(this.status, `${command} is being answered…`);
    this.node.classList.toggle("waiting", this.#waiting > 0);
  }

  #fail(text) {
    setText(this.failure, text ?? "");
    this.failure.hidden = text === null;
  }
}
