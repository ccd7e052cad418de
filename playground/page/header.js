/** The head of a conversation: name, topic, members, pins, and the app's tabs. */

import { avatar } from "./avatar.js";
import { h, replace } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { disclosure } from "./lib/popover.js";
import { timeOfDay } from "./text/dates.js";
import { wordsOf } from "./message.js";

const KIND_ICONS = { channel: "hash", group: "lock", im: null, mpim: "people" };

export class Header {
  #desk;
  #reveal;
  #channel = null;
  #pinPanel;
  #drawn = "";

  /** @param {import("./types.js").Desk} desk @param {{reveal: (ts: string) => void}} how */
  constructor(desk, { reveal }) {
    this.#desk = desk;
    this.#reveal = reveal;
    this.title = h("h2");
    this.purpose = h("p", { class: "purpose" });
    this.members = h("button", { type: "button", class: "quiet" });
    this.memberList = h("div", { class: "panel" });
    this.pins = h("button", { type: "button", class: "quiet" });
    this.pinList = h("div", { class: "panel" });
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Views" });
    disclosure(this.members, this.memberList, { onopen: () => this.#listMembers() });
    this.#pinPanel = disclosure(this.pins, this.pinList, { onopen: () => this.#listPins() });
    this.node = h(
      "div",
      { class: "conversation-head" },
      h("div", { class: "head-words" }, this.title, this.purpose),
      h("div", { class: "anchor" }, this.members, this.memberList),
      h("div", { class: "anchor" }, this.pins, this.pinList),
      this.tabs,
    );
  }

  /** @param {import("./types.js").Channel} channel @param {{home: boolean}} how */
  show(channel, { home }) {
    this.#channel = channel;
    const { screen } = this.#desk;
    const isApp = screen.isWithApp(channel.id);
    const drawn = JSON.stringify([channel, home, isApp, screen.names, screen.viewer.id]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const kind = KIND_ICONS[channel.kind];
    replace(this.title, kind && icon(kind), channel.name || screen.titleOf(channel));
    replace(
      this.purpose,
      [channel.archived && "Archived", channel.shared && "Shared with another company", channel.purpose]
        .filter(Boolean)
        .join(" · "),
    );
    const count = channel.members.length;
    replace(
      this.members,
      icon("people"),
      String(count),
      h("span", { class: "hidden-text" }, count === 1 ? " member" : " members"),
    );
    const pinned = channel.pins.length === 1 ? " pinned message" : " pinned messages";
    replace(this.pins, icon("pin"), String(channel.pins.length), h("span", { class: "hidden-text" }, pinned));
    this.pins.hidden = channel.pins.length === 0;
    this.#showTabs(isApp, home);
  }

  #showTabs(isApp, home) {
    const { place } = this.#desk;
    this.tabs.hidden = !isApp;
    const hadFocus = this.tabs.contains(document.activeElement);
    const tab = (name, text, selected) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          "aria-selected": String(selected),
          tabindex: selected ? "0" : "-1",
          onclick: () => place.go({ tab: name, thread: "" }),
        },
        text,
      );
    const tabs = [tab("messages", "Messages", !home), tab("home", "Home", home)];
    replace(this.tabs, tabs);
    this.tabs.onkeydown = ({ key }) =>
      key.startsWith("Arrow") && place.go({ tab: home ? "messages" : "home", thread: "" });
    if (hadFocus) tabs[home ? 1 : 0].focus();
  }

  #listMembers() {
    const { screen } = this.#desk;
    const people = this.#channel.members.map((id) => screen.person(id)).filter(Boolean);
    const row = ({ id, name, title, is_bot: app }) =>
      h("li", null, avatar(name, id, { app }), h("span", null, name, title && h("small", null, title)));
    replace(this.memberList, h("h3", null, "Members"), h("ul", { class: "people-list" }, people.map(row)));
  }

  #listPins() {
    const { screen } = this.#desk;
    const messages = this.#channel.pins.map((ts) => screen.message(this.#channel.id, ts)).filter(Boolean);
    replace(
      this.pinList,
      h("h3", null, "Pinned messages"),
      messages.map((each) => this.#pin(each)),
    );
  }

  #pin(message) {
    const { screen } = this.#desk;
    const go = () => {
      this.#pinPanel.close();
      this.#reveal(message.ts);
    };
    return h(
      "button",
      { type: "button", class: "pin", onclick: go },
      h("strong", null, screen.nameOf(message.user)),
      ` ${timeOfDay(Number(message.ts), screen)}`,
      h("span", null, wordsOf(message, screen)),
    );
  }
}
