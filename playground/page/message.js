/** One message in a conversation or thread. */

import { blocksOf } from "./blocks/blocks.js";
import { avatar } from "./avatar.js";
import { initialState, inputValue } from "./forms/state.js";
import { Field } from "./forms/field.js";
import { h, setText } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { menu } from "./lib/popover.js";
import { timeOfDay, wholeMoment } from "./text/dates.js";
import { mrkdwn } from "./text/mrkdwn.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Desk} Desk */

/**
 * @param {Message} message
 * @param {Desk} desk
 * @param {{follows: boolean, replies: Message[], threaded: boolean}} how  `follows`: the same author's, just before;
 *   `threaded`: a thread may be opened from here
 * @returns {HTMLElement}
 */
export function messageNode(message, desk, { follows, replies, threaded }) {
  const { screen } = desk;
  const name = screen.nameOf(message.user);
  const failure = h("p", { class: "message-failure", role: "alert", hidden: true });
  return h(
    "article",
    {
      class: classOf(message, follows),
      "aria-label": `${name}, ${timeOfDay(Number(message.ts), screen)}`,
      dataset: { ts: message.ts },
    },
    h(
      "div",
      { class: "gutter" },
      follows ? time(message, screen) : avatar(name, message.user, { app: message.bot }),
    ),
    h(
      "div",
      { class: "message-body" },
      notes(message),
      !follows && h("p", { class: "byline" }, h("strong", null, name), appTag(message), time(message, screen)),
      content(message, desk, failure),
      message.files.map((each) => file(each)),
      failure,
      threaded && replies.length > 0 && repliesButton(message, replies, desk),
    ),
    !message.ephemeral && actions(message, desk, { threaded, failure }),
  );
}

/** What can be done with a message: a reply, and the app's shortcuts. Slack offers none on what one person sees. */
function actions(message, desk, { threaded, failure }) {
  return h(
    "div",
    { class: "message-actions" },
    threaded && replyButton(message, desk),
    shortcutMenu(message, desk, failure),
  );
}

function shortcutMenu(message, { screen, act }, failure) {
  const { app } = screen.workspace;
  const offered = app.shortcuts.filter(({ type }) => type === "message");
  if (offered.length === 0) return null;
  const button = h(
    "button",
    {
      type: "button",
      class: "more",
      title: "More actions",
      "aria-label": "More actions",
      dataset: { focus: `more/${message.ts}` },
    },
    icon("more"),
  );
  const use = async (name) => {
    const answer = await act("use_shortcut", { name, channel: message.channel, ts: message.ts }).catch((no) => ({
      error: no.message,
    }));
    setText(failure, answer?.error ?? "");
    failure.hidden = !answer?.error;
  };
  return menu(
    button,
    offered.map(({ name, description }) => ({
      text: `${app.name}: ${name}`,
      note: description,
      chosen: () => use(name),
    })),
  );
}

function classOf({ ephemeral, pinned }, follows) {
  const marks = { follows, ephemeral, pinned };
  return ["message", ...Object.keys(marks).filter((each) => marks[each])].join(" ");
}

function notes({ ephemeral, pinned }) {
  return [
    ephemeral && h("p", { class: "message-note" }, icon("eye"), "Only visible to you"),
    pinned && h("p", { class: "message-note" }, icon("pin"), "Pinned"),
  ];
}

function content(message, desk, failure) {
  const edited = message.edited && h("span", { class: "edited" }, " (edited)");
  if (message.blocks.length > 0)
    return [blocksOf(message.blocks, new MessageSurface(message, desk, failure)), edited];
  return message.text ? h("div", { class: "text" }, mrkdwn(message.text, desk.screen), edited) : null;
}

function appTag(message) {
  return (message.bot || message.user === "USLACKBOT") && h("span", { class: "tag" }, "App");
}

function time(message, screen) {
  const seconds = Number(message.ts);
  return h(
    "time",
    { datetime: new Date(seconds * 1000).toISOString(), title: wholeMoment(seconds, screen) },
    timeOfDay(seconds, screen),
  );
}

function file({ name, title, size, url }) {
  if (url === null) return h("p", { class: "file" }, icon("file"), h("span", null, "This file was deleted."));
  const ours = new URL(url, location.href).origin === location.origin;
  return h(
    "a",
    { class: "file", href: ours ? url : null, download: name },
    icon("file"),
    h("span", null, title || name, h("small", null, ` ${name}, ${bytes(size)}`)),
  );
}

function bytes(size) {
  return size < 1024 ? `${size} bytes` : `${(size / 1024).toFixed(1)} KB`;
}

function repliesButton(message, replies, { place, screen }) {
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  const last = timeOfDay(Number(replies.at(-1).ts), screen);
  return h(
    "button",
    { type: "button", class: "replies", onclick: () => place.go({ thread: message.ts }) },
    h("strong", null, count),
    ` Last at ${last}`,
  );
}

function replyButton(message, { place }) {
  return h(
    "button",
    {
      type: "button",
      class: "reply",
      title: "Reply in thread",
      "aria-label": "Reply in thread",
      dataset: { focus: `reply/${message.ts}` },
      onclick: () => place.go({ thread: message.ts }),
    },
    icon("thread"),
  );
}

/** The words of a message on one line, without form. @param {Message} message @param {import("./screen.js").Screen} screen */
export function wordsOf(message, screen) {
  const lines = message.text.split("\n").map((line) => h("p", null, mrkdwn(line, screen)).textContent);
  return (
    lines.join(" ").trim() ||
    message.files.map((each) => (each.url ? each.title || each.name : "This file was deleted.")).join(", ") ||
    "…"
  );
}

/** Where a message's buttons and selects are pressed; each choice is told at once. */
class MessageSurface {
  #message;
  #desk;
  #failure;

  constructor(message, desk, failure) {
    this.#message = message;
    this.#desk = desk;
    this.#failure = failure;
  }

  get reader() {
    return this.#desk.screen;
  }

  async press(block, element, option) {
    await this.#told("click", block, element, { option });
  }

  place(input) {
    const commit = ({ block, element, control }) =>
      this.#told("choose", block, element, { value: control.value() });
    const field = new Field(input, { reader: this.reader, edited: () => {}, commit });
    field.control.put(inputValue(initialState(input.element), this.reader));
    return field.node;
  }

  async #told(name, block, element, more) {
    const { channel, ts } = this.#message;
    try {
      const answer = await this.#desk.act(name, {
        channel,
        ts,
        block: block.block_id,
        action: element.action_id,
        ...more,
      });
      this.#fail(answer?.ok === false ? answer.error : null);
    } catch (refusal) {
      this.#fail(refusal.message);
    }
  }

  #fail(text) {
    setText(this.#failure, text ?? "");
    this.#failure.hidden = !text;
  }
}
