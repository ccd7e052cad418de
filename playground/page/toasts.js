/** What appears for a moment: notifications of messages elsewhere, and words of the page itself. */

import { h } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { wordsOf } from "./message.js";

const SHOWN_MS = 8000;
const MOST = 4;
const MOST_WORDS = 140;

export class Toasts {
  #desk;
  #root;
  /** Messages that were there before or have been told. @type {Set<string>} */
  #known = new Set();

  /** @param {import("./types.js").Desk} desk @param {HTMLElement} root */
  constructor(desk, root) {
    this.#desk = desk;
    this.#root = root;
  }

  /** @param {string} text */
  tell(text) {
    this.#show(h("p", null, text));
  }

  /** @param {import("./types.js").Change} change */
  update({ keys, first }) {
    if (first) this.#known.clear();
    this.#dropSeen();
    for (const key of keys) {
      if (!key.startsWith("message:") || this.#known.has(key)) continue;
      this.#known.add(key);
      if (!first && !this.#isHurried) this.#notify(key);
    }
  }

  #notify(key) {
    const { screen, place } = this.#desk;
    const [, where, ts] = key.split(":");
    const channel = screen.channel(where);
    const message = screen.message(where, ts);
    if (channel === undefined || message === undefined || !notifies(message, channel, screen)) return;
    if (this.#isInSight(where) && (message.thread === null || message.thread === place.thread)) return;
    this.#show(this.#notification(message, channel), message.thread === null ? where : "");
  }

  /** While a story is played up to where somebody may act, nobody follows it. */
  get #isHurried() {
    const { story } = this.#desk.screen;
    return story?.state === "playing" && story.look === null;
  }

  #isInSight(where) {
    const { place } = this.#desk;
    return place.where === where && place.tab === "messages" && document.visibilityState === "visible";
  }

  /** Whoever has opened the conversation needs no notice of it. */
  #dropSeen() {
    for (const toast of [...this.#root.children]) {
      if (this.#isInSight(toast.dataset.where)) toast.remove();
    }
  }

  #notification(message, channel) {
    const { screen, place } = this.#desk;
    const words = wordsOf(message, screen);
    const where = channel.name ? ` in #${channel.name}` : "";
    const open = () => place.go({ where: channel.id, tab: "messages", thread: message.thread ?? "" });
    return h(
      "button",
      { type: "button", class: "toast-open", onclick: open },
      h("strong", null, screen.nameOf(message.user), where),
      h("span", null, words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words),
    );
  }

  /** `where`: the conversation that shows the same, once it is open. */
  #show(content, where = "") {
    const toast = h(
      "div",
      { class: "toast", dataset: { where } },
      content,
      h(
        "button",
        { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: () => toast.remove() },
        icon("close"),
      ),
    );
    content.addEventListener("click", () => toast.remove());
    this.#root.append(toast);
    while (this.#root.childElementCount > MOST) this.#root.firstElementChild.remove();
    this.#fade(toast);
  }

  /** Not while somebody reads it. */
  #fade(toast) {
    setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) this.#fade(toast);
      else toast.remove();
    }, SHOWN_MS);
  }
}

function notifies(message, channel, { viewer }) {
  if (message.user === viewer.id || message.ephemeral || !channel.is_member) return false;
  const direct = channel.kind === "im" || channel.kind === "mpim";
  return direct || message.text.includes(`<@${viewer.id}`) || /<!(here|channel|everyone)/.test(message.text);
}
