/** The conversation that is open: its head, its messages or the app's Home tab, and where one writes. */

import { Composer } from "./composer.js";
import { Form } from "./forms/form.js";
import { Header } from "./header.js";
import { h, replace } from "./lib/dom.js";
import { Timeline } from "./timeline.js";
import { wordsOf } from "./message.js";

const READ_MS = 250;

export class Conversation {
  #desk;
  #root;
  #log;
  #header;
  #timeline;
  #composer;
  #home;
  #shown = "";
  #lastTs = "";
  #reading;

  /** @param {import("./types.js").Desk} desk @param {HTMLElement} root @param {HTMLElement} log */
  constructor(desk, root, log) {
    this.#desk = desk;
    this.#root = root;
    this.#log = log;
    this.#timeline = new Timeline(desk, { label: "Messages", threaded: true });
    this.#header = new Header(desk, { reveal: (ts) => this.#timeline.reveal(ts) });
    this.#composer = new Composer(desk);
    this.#home = new HomeTab(desk);
    root.append(this.#header.node, this.#timeline.node, this.#composer.node, this.#home.node);
    document.addEventListener("visibilitychange", () => this.#read());
  }

  /** @param {import("./types.js").Change} change */
  update(change) {
    const { screen, place } = this.#desk;
    const channel = screen.channel(place.where);
    this.#root.classList.toggle("empty", channel === undefined);
    if (channel === undefined) return;
    const home = place.tab === "home";
    this.#header.show(channel, { home });
    this.#showMessages(channel, change);
    this.#timeline.node.hidden = home;
    this.#composer.node.hidden = home;
    this.#composer.show({
      where: channel.id,
      label: `Message ${screen.titleOf(channel)}`,
      closed: whyClosed(channel, screen),
    });
    this.#home.show(home ? channel : null, change);
    this.#read();
  }

  focus() {
    this.#composer.focus();
  }

  #showMessages(channel, { keys, first, moved }) {
    const { screen } = this.#desk;
    const messages = screen.messages(channel.id);
    const key = `${screen.viewer.id} ${channel.id}`;
    const another = key !== this.#shown;
    if (another) this.#timeline.begin({ newFrom: firstUnread(channel, messages, screen.viewer.id) });
    if (!another && !first && !moved && !touched(keys, channel.id)) return;
    this.#timeline.show(messages, screen.threads(channel.id));
    if (another || first) replace(this.#log);
    else this.#readOut(messages);
    this.#shown = key;
    this.#lastTs = messages.at(-1)?.ts ?? "";
  }

  /** For those who do not see them appear. */
  #readOut(messages) {
    const { screen } = this.#desk;
    const news = messages.filter((each) => each.ts > this.#lastTs && each.user !== screen.viewer.id);
    this.#log.append(...news.map((each) => h("p", null, `${screen.nameOf(each.user)}: ${wordsOf(each, screen)}`)));
    while (this.#log.childElementCount > 20) this.#log.firstElementChild.remove();
  }

  /** Tells that all of it was seen, once it was for a moment. */
  #read() {
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => {
      const { screen, place, act } = this.#desk;
      const channel = screen.channel(place.where);
      const newest = screen.newest(place.where);
      const seen = document.visibilityState === "visible" && place.tab === "messages";
      if (!seen || !channel?.is_member || newest === undefined || channel.unread === 0) return;
      act("read", { channel: channel.id, ts: newest.ts }).catch(() => {}); // it stays unread, and is tried again
    }, READ_MS);
  }
}

/** @param {import("./types.js").Channel} channel @param {import("./screen.js").Screen} screen @returns {string | null} */
export function whyClosed(channel, screen) {
  if (screen.viewer.deleted) return `${screen.viewer.name} is deactivated and cannot write.`;
  if (channel.archived) return `${screen.titleOf(channel)} is archived. It can only be read.`;
  if (!channel.is_member) return `You are looking at ${screen.titleOf(channel)}; only members write here.`;
  return null;
}

function touched(keys, channel) {
  if (keys.size === 0) return true; // asked to look again
  return [...keys].some((key) => key.startsWith(`message:${channel}:`) || !key.startsWith("message:"));
}

function firstUnread(channel, messages, viewer) {
  if (channel.unread === 0 || !channel.is_member) return "";
  return messages.find((each) => each.ts > channel.read && each.user !== viewer)?.ts ?? "";
}

class HomeTab {
  #desk;
  #form = null;
  #shown = "";

  constructor(desk) {
    this.#desk = desk;
    this.node = h("div", { class: "home", role: "region", "aria-label": "Home tab", tabindex: "0", hidden: true });
  }

  /** @param {import("./types.js").Channel | null} channel  null: another tab is shown */
  show(channel, { first }) {
    this.node.hidden = channel === null;
    const key = channel === null ? "" : `${this.#desk.screen.viewer.id} ${channel.id}`;
    const opened = key !== "" && (key !== this.#shown || first);
    this.#shown = key;
    if (opened) this.#open();
    if (channel !== null) this.#fill();
  }

  #open() {
    this.#form = null;
    this.#desk.act("open_home").catch((refusal) => this.#desk.tell(refusal.message));
  }

  #fill() {
    const { home, workspace } = this.#desk.screen;
    if (home === null) {
      this.#form = null;
      replace(this.node, h("p", { class: "nothing" }, `${workspace.app.name} has put nothing here yet.`));
      return;
    }
    if (this.#form === null) {
      this.#form = new Form(this.#desk);
      replace(this.node, this.#form.node);
    }
    this.#form.show(home);
  }
}
