/** The blocks of a modal or of the Home tab: what is typed in them, and how it is told in order. */

import { h, replace, setText } from "../lib/dom.js";
import { keepingFocus } from "../lib/focus.js";
import { blocksOf } from "../blocks/blocks.js";
import { Field } from "./field.js";
import { initialState, inputValue } from "./state.js";

export class Form {
  /** @type {Map<string, Field>} */
  #fields = new Map();
  /** Fills, one after the other: the app may answer each with another view. */
  #queue = Promise.resolve();
  /** Block id → why the playground did not take the value. @type {Map<string, string>} */
  #refused = new Map();
  /** @type {import("../types.js").View | null} */
  #view = null;
  /** What the banner says if Slack's own does not. @type {string | null} */
  #failure = null;
  #desk;

  /** @param {import("../types.js").Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.banner = h("p", { class: "trouble", role: "alert", hidden: true });
    this.body = h("div", { class: "form-blocks" });
    this.node = h("div", { class: "form" }, this.banner, this.body);
  }

  get reader() {
    return this.#desk.screen;
  }

  /**
   * @param {import("../types.js").View} view
   * @returns {boolean}  whether it is quite another form now, though the view is the same
   */
  show(view) {
    const [before, fieldsBefore] = [this.#view, this.#fields];
    this.#view = view;
    const renewed = before?.hash !== view.hash;
    if (renewed) keepingFocus(this.body, () => this.#rebuild());
    else this.#putValues();
    this.#showTrouble(renewed ? null : this.#failure);
    this.#showErrors();
    if (!hasErrors(before) && hasErrors(view)) this.showFirstError();
    return renewed && before !== null && ![...fieldsBefore.keys()].some((key) => this.#fields.has(key));
  }

  /**
   * Puts the keyboard where the app wants it, else into the first input, if that is in sight: what stands above it
   * is to be read first.
   *
   * @param {HTMLElement} frame  what scrolls
   * @returns {boolean}  whether it found a place
   */
  focusFirst(frame) {
    const fields = [...this.#fields.values()];
    const wanted = fields.find((each) => each.element.focus_on_load);
    const first = fields.find((each) => each.block.type === "input");
    const inSight = first && first.node.getBoundingClientRect().bottom <= frame.getBoundingClientRect().bottom;
    const field = wanted ?? (inSight ? first : undefined);
    field?.focus();
    return field !== undefined;
  }

  /** Tells everything that was typed; false if something was not taken. */
  async flush() {
    for (const field of this.#fields.values()) this.#commit(field);
    await this.#queue;
    if (this.#refused.size > 0) this.showFirstError();
    return this.#refused.size === 0;
  }

  /** An act on this form. False if the playground did not let it happen, which is said in the banner then. */
  async tell(name, args = {}) {
    this.#showTrouble(null);
    try {
      const answer = await this.#desk.act(name, { view: this.#view.id, ...args });
      // What Slack itself shows of a failure comes with the live state.
      if (answer?.ok === false && this.#view.trouble === null) this.#showTrouble(answer.error);
      return true;
    } catch (refusal) {
      if (!refusal.atFields) this.#showTrouble(refusal.message);
      return false;
    }
  }

  // --- as a surface of blocks ------------------------------------------------------------------------------

  /** @param {import("../types.js").Input} input */
  place(input) {
    const owner = {
      reader: this.reader,
      edited: (field) => this.#edited(field),
      commit: (field) => this.#commit(field),
    };
    const field = new Field(input, owner);
    field.control.put(this.#valueFor(field));
    this.#fields.set(field.key, field);
    return field.node;
  }

  async press(block, element, option) {
    await this.flush();
    await this.tell("press", { block: block.block_id, action: element.action_id, option });
  }

  // --- what is typed ---------------------------------------------------------------------------------------

  #edited(field) {
    field.dirty = true;
  }

  #commit(field) {
    if (!field.dirty) return;
    field.dirty = false;
    field.pending += 1;
    const value = field.control.value();
    this.#queue = this.#queue.then(() => this.#fill(field, value));
  }

  async #fill({ block, element, key }, value) {
    const refused = this.#refused;
    try {
      const answer = await this.#desk.act("fill", {
        view: this.#view.id,
        block: block.block_id,
        action: element.action_id,
        value,
      });
      refused.delete(block.block_id);
      if (answer?.ok === false && this.#view.trouble === null) this.#showTrouble(answer.error);
    } catch (refusal) {
      refused.set(block.block_id, refusal.message);
    }
    const field = this.#fields.get(key); // a renewed view has another field of that name
    if (field !== undefined) field.pending = Math.max(0, field.pending - 1);
    this.#showErrors();
  }

  // --- what the app shows ----------------------------------------------------------------------------------

  #rebuild() {
    const before = this.#fields;
    this.#fields = new Map();
    this.#refused.clear();
    replace(this.body, blocksOf(this.#view.blocks, this));
    for (const [key, field] of this.#fields) keepTyped(before.get(key), field);
  }

  /** Somebody else may fill the form, too: the story. What they filled is brought into sight. */
  #putValues() {
    const settled = [...this.#fields.values()].filter((each) => !each.hasFocus && !this.#holdsOwn(each));
    const news = settled.filter((each) => !sameValue(each.control.value(), this.#valueFor(each)));
    for (const field of news) field.control.put(this.#valueFor(field));
    news.at(-1)?.node.scrollIntoView({ block: "nearest" });
  }

  /** It shows what the server does not have: not told yet, on its way, or not taken. */
  #holdsOwn({ dirty, pending, block }) {
    return dirty || pending > 0 || this.#refused.has(block.block_id);
  }

  #valueFor({ block, element }) {
    const state = this.#view.values[block.block_id]?.[element.action_id] ?? initialState(element);
    return inputValue(state, this.reader);
  }

  #showErrors() {
    for (const field of this.#fields.values()) {
      const id = field.block.block_id;
      field.showError(this.#view.errors[id] ?? this.#refused.get(id));
    }
  }

  /** The keyboard goes there, unless it is somewhere else than in this form. */
  showFirstError() {
    const invalid = [...this.#fields.values()].find((field) => !field.error.hidden);
    if ((this.node.closest(".modal") ?? this.node).contains(document.activeElement)) invalid?.focus();
    invalid?.node.scrollIntoView({ block: "nearest" });
  }

  /** Slack's own banner stands for whatever went wrong; ours says the rest. */
  #showTrouble(failure) {
    this.#failure = failure;
    const text = this.#view.trouble ?? failure;
    setText(this.banner, text ?? "");
    this.banner.hidden = !text;
    if (text) this.banner.scrollIntoView({ block: "nearest" });
  }
}

function hasErrors(view) {
  return Object.keys(view?.errors ?? {}).length > 0;
}

function sameValue(one, other) {
  return JSON.stringify(one ?? []) === JSON.stringify(other ?? []);
}

/** What was typed and not yet told outlives a renewal, where the same input remains. */
function keepTyped(before, field) {
  if (before === undefined || before.element.type !== field.element.type) return;
  field.pending = before.pending;
  if (!before.dirty && before.pending === 0) return;
  field.dirty = before.dirty;
  field.control.put(before.control.value());
}
