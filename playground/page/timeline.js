/** Messages in their order, by day; only what changed is drawn again, and the newest stays in sight. */

import { h } from "./lib/dom.js";
import { keepingFocus } from "./lib/focus.js";
import { KeyedList } from "./lib/keyed.js";
import { messageNode } from "./message.js";
import { dayHeading, isoDay } from "./text/dates.js";

const TOGETHER_SECONDS = 300;
const NEAR_PIXELS = 60;

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {{key: string, heading?: string, message?: Message, follows?: boolean, replies?: Message[],
 *   names: number}} Row
 */

export class Timeline {
  #desk;
  #threaded;
  #atEnd = true;
  #top = 0;
  #list;
  /** The first message that was new when the conversation was opened. */
  #newFrom = "";

  /** @param {import("./types.js").Desk} desk @param {{label: string, threaded: boolean}} how */
  constructor(desk, { label, threaded }) {
    this.#desk = desk;
    this.#threaded = threaded;
    this.rows = h("div", { class: "rows" });
    this.more = h(
      "button",
      { type: "button", class: "button newest", hidden: true, onclick: () => this.toEnd() },
      "Newest messages",
    );
    this.scroller = h("div", { class: "timeline", tabindex: "0", role: "region", "aria-label": label }, this.rows);
    this.node = h("div", { class: "timeline-frame" }, this.scroller, this.more);
    this.#list = new KeyedList(this.rows, { key: (row) => row.key, make: (row) => this.#row(row), same });
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.scroller);
  }

  /** Another conversation: read up to `read` so far. @param {{newFrom: string}} how */
  begin({ newFrom }) {
    this.#newFrom = newFrom;
    this.#list.clear();
    this.#atEnd = true;
  }

  /** @param {Message[]} messages  oldest first @param {Map<string, Message[]>} threads */
  show(messages, threads) {
    const newest = this.rows.lastElementChild;
    keepingFocus(this.rows, () => this.#list.show(this.#rowsOf(messages, threads)));
    if (this.#atEnd) this.toEnd();
    else if (this.rows.lastElementChild !== newest) this.more.hidden = false;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#atEnd = true;
    this.more.hidden = true;
  }

  /** Brings one message into sight. @param {string} ts */
  reveal(ts) {
    const node = this.rows.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    this.#atEnd = false;
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("revealed");
    setTimeout(() => node?.classList.remove("revealed"), 2000);
  }

  /** Only a person scrolls up: a panel that takes some of the height does not. */
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PIXELS;
    if (near || scrollTop < this.#top) this.#atEnd = near;
    this.#top = scrollTop;
    if (this.#atEnd) this.more.hidden = true;
  }

  /** @returns {Row[]} */
  #rowsOf(messages, threads) {
    const { screen } = this.#desk;
    const { names } = screen;
    const rows = [];
    let before = null;
    for (const message of messages) {
      const day = isoDay(Number(message.ts), screen.tz);
      const newDay = before === null || isoDay(Number(before.ts), screen.tz) !== day;
      if (newDay) rows.push({ key: `day ${day}`, heading: dayHeading(Number(message.ts), screen), names });
      const isNew = message.ts === this.#newFrom;
      if (isNew) rows.push({ key: "new", heading: "New", names });
      const follows = !newDay && !isNew && isTogether(before, message);
      rows.push({ key: message.ts, message, follows, replies: threads.get(message.ts) ?? [], names });
      before = message;
    }
    return rows;
  }

  #row({ key, heading, message, follows, replies }) {
    if (message === undefined)
      return h("h3", { class: key === "new" ? "divider new" : "divider" }, h("span", null, heading));
    return messageNode(message, this.#desk, { follows, replies, threaded: this.#threaded });
  }
}

function isTogether(before, message) {
  const near = Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
  return near && before.user === message.user && before.ephemeral === message.ephemeral && !message.pinned;
}

/** @param {Row} before @param {Row} after */
function same(before, after) {
  const heading =
    before.heading === after.heading && before.follows === after.follows && before.names === after.names;
  return heading && before.message === after.message && sameItems(before.replies, after.replies);
}

function sameItems(one = [], other = []) {
  return one.length === other.length && one.every((each, at) => each === other[at]);
}
