/** The panel beside the conversation: a message and its replies. */

import { Composer } from "./composer.js";
import { whyClosed } from "./conversation.js";
import { h } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { Timeline } from "./timeline.js";

const NO_REPLIES = new Map();

export class Thread {
  #desk;
  #root;
  #timeline;
  #composer;
  #shown = "";

  /** @param {import("./types.js").Desk} desk @param {HTMLElement} root */
  constructor(desk, root) {
    this.#desk = desk;
    this.#root = root;
    this.#timeline = new Timeline(desk, { label: "Replies", threaded: false });
    this.#composer = new Composer(desk);
    const close = () => desk.place.go({ thread: "" });
    root.append(
      h(
        "div",
        { class: "conversation-head" },
        h("div", { class: "head-words" }, h("h2", null, "Thread")),
        h(
          "button",
          { type: "button", class: "quiet", "aria-label": "Close thread", onclick: close },
          icon("close"),
        ),
      ),
      this.#timeline.node,
      this.#composer.node,
    );
  }

  update() {
    const { screen, place } = this.#desk;
    const channel = screen.channel(place.where);
    const parent = screen.message(place.where, place.thread);
    this.#root.hidden = channel === undefined || parent === undefined || place.tab === "home";
    if (this.#root.hidden) {
      this.#shown = "";
      return;
    }
    const key = `${screen.viewer.id} ${channel.id} ${parent.ts}`;
    const opened = key !== this.#shown;
    if (opened) this.#timeline.begin({ newFrom: "" });
    this.#shown = key;
    this.#timeline.show([parent, ...screen.replies(channel.id, parent.ts)], NO_REPLIES);
    this.#composer.show({
      where: channel.id,
      thread: parent.ts,
      label: "Reply in thread",
      closed: whyClosed(channel, screen),
    });
    if (opened) this.#composer.focus();
  }
}
