/** The app's modals, stacked as Slack stacks them: the top one is used, of those below the title shows. */

import { Form } from "./forms/form.js";
import { h, replace, setText, uniqueId } from "./lib/dom.js";
import { busyWhile } from "./lib/busy.js";
import { isAsking } from "./lib/dialog.js";
import { focusIsIn } from "./lib/focus.js";
import { icon } from "./lib/icons.js";

export class Modals {
  /** By view id, from the bottom to the top. @type {Map<string, Modal>} */
  #open = new Map();
  #desk;
  #root;
  #beneath;
  #outside;
  #otherwise;
  #returnTo = null;

  /**
   * @param {import("./types.js").Desk} desk
   * @param {HTMLElement} root
   * @param {{beneath: HTMLElement[], outside: HTMLElement[], otherwise: () => void}} around  `beneath` cannot be used
   *   while a modal is open; from `outside` the keyboard is not taken away; `otherwise` takes it when all are closed
   */
  constructor(desk, root, { beneath, outside, otherwise }) {
    this.#desk = desk;
    this.#root = root;
    this.#beneath = beneath;
    this.#outside = outside;
    this.#otherwise = otherwise;
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  update() {
    const views = this.#desk.screen.modals;
    const topBefore = this.#top?.view.id;
    if (topBefore === undefined && views.length > 0) this.#returnTo = document.activeElement;
    const modals = views.map((view) => [view.id, this.#open.get(view.id) ?? new Modal(this.#desk)]);
    this.#open = new Map(modals);
    this.#place(views);
    for (const [at, view] of views.entries())
      this.#open.get(view.id).show(view, { onTop: at === views.length - 1 });
    for (const each of this.#beneath) each.inert = views.length > 0;
    if (this.#top?.view.id !== topBefore) this.#moveFocus();
  }

  get #top() {
    return [...this.#open.values()].at(-1);
  }

  /** Touches the page only if a modal came or went: moving a node takes its focus. */
  #place(views) {
    const nodes = views.map((view) => this.#open.get(view.id).node);
    const there = [...this.#root.children];
    if (nodes.length !== there.length || nodes.some((node, at) => node !== there[at])) replace(this.#root, nodes);
    this.#root.hidden = views.length === 0;
  }

  #moveFocus() {
    if (focusIsIn(...this.#outside)) return;
    if (this.#top !== undefined) this.#top.focus();
    else if (this.#returnTo?.isConnected && this.#returnTo !== document.body) this.#returnTo.focus();
    else this.#otherwise();
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || isAsking() || focusIsIn(...this.#outside)) return;
    if (this.#top === undefined) return;
    event.preventDefault();
    this.#top.close();
  }
}

class Modal {
  #form;

  /** @param {import("./types.js").Desk} desk */
  constructor(desk) {
    this.#form = new Form(desk);
    const titleId = uniqueId("modal");
    this.title = h("h2", { id: titleId });
    this.closeButton = h("button", { type: "button", class: "button", onclick: () => this.close() });
    this.submitButton = h("button", { type: "submit", class: "button primary" });
    this.body = h(
      "div",
      { class: "modal-body", tabindex: "0", role: "group", "aria-labelledby": titleId },
      this.#form.node,
    );
    this.content = h(
      "form",
      { class: "modal-form", novalidate: true, onsubmit: (event) => this.#submitted(event) },
      this.body,
      h("div", { class: "modal-foot" }, this.closeButton, this.submitButton),
    );
    this.node = h(
      "section",
      { class: "modal", role: "dialog", "aria-labelledby": titleId, tabindex: "-1" },
      h(
        "div",
        { class: "modal-head" },
        this.title,
        h(
          "button",
          { type: "button", class: "quiet", "aria-label": "Close", onclick: () => this.close() },
          icon("close"),
        ),
      ),
      this.content,
    );
  }

  /** @param {import("./types.js").View} view @param {{onTop: boolean}} how */
  show(view, { onTop }) {
    const hadFocus = this.node.contains(document.activeElement);
    this.view = view;
    setText(this.title, view.title ?? "");
    setText(this.closeButton, view.close ?? "Cancel");
    setText(this.submitButton, view.submit ?? "");
    this.submitButton.hidden = view.submit === null;
    this.node.classList.toggle("below", !onTop);
    this.node.inert = !onTop;
    this.content.hidden = !onTop;
    const isAnother = this.#form.show(view);
    if (!isAnother) return;
    this.body.scrollTop = 0;
    if (onTop && hadFocus) this.focus();
  }

  focus() {
    if (!this.#form.focusFirst(this.body)) this.body.focus({ preventScroll: true });
  }

  async close() {
    await this.#form.tell("close");
  }

  #submitted(event) {
    event.preventDefault();
    if (this.view.submit === null) return;
    busyWhile(this.submitButton, async () => {
      const isTold = await this.#form.flush();
      if (isTold && !(await this.#form.tell("submit"))) this.#form.showFirstError();
    });
  }
}
