/** Under the hood: each request and answer between the bot and the workspace. */

import { h, replace, setText } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { KeyedList } from "./lib/keyed.js";
import { socketAddress } from "./live.js";
import { folded } from "./lib/folding.js";
import { labelled, word, write } from "./words.js";

const KEPT = 300;
const RETRY_MS = 2000;

/**
 * @typedef {{n: number, at: number, way: "to app" | "from app", name: string, request: any, answer: any,
 *   seconds: number, status: string, fault: string | null}} Exchange
 */

export class Inspector {
  #desk;
  #root;
  #toggle;
  #list;
  #socket = null;
  /** Newest first. @type {Exchange[]} */
  #exchanges = [];
  #paused = false;

  /** @param {import("./types.js").Desk} desk @param {HTMLElement} root @param {HTMLButtonElement} toggle */
  constructor(desk, root, toggle) {
    this.#desk = desk;
    this.#root = root;
    this.#toggle = toggle;
    this.filter = h("input", {
      type: "search",
      class: "text-input",
      oninput: () => this.#show(),
    });
    labelled(labelled(this.filter, "hood.seek", "placeholder"), "hood.filter", "aria-label");
    this.pause = h("button", {
      type: "button",
      class: "button small",
      "aria-pressed": "false",
      onclick: () => this.#pause(),
    });
    this.rows = h("div", { class: "inspector-rows" });
    this.empty = h("p", { class: "nothing" });
    this.#list = new KeyedList(this.rows, {
      key: ({ n }) => String(n),
      make: (each) => this.#row(each),
      same: () => true,
    });
    const close = h("button", { type: "button", class: "quiet", onclick: () => this.#open(false) }, icon("close"));
    const body = h("div", { class: "inspector-body", tabindex: "0", role: "region" }, this.empty, this.rows);
    labelled(root, "hood", "aria-label");
    labelled(close, "hood.close", "aria-label");
    labelled(body, "hood.body", "aria-label");
    root.append(
      h("div", { class: "inspector-head" }, labelled(h("h2"), "hood"), this.filter, this.pause, close),
      body,
    );
    write(() => this.#say());
    toggle.setAttribute("aria-expanded", "false");
    toggle.addEventListener("click", () => this.#open(this.#root.hidden));
  }

  #open(open) {
    this.#root.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", String(open));
    if (open) this.#connect();
    else this.#leave();
  }

  #connect() {
    const socket = new WebSocket(socketAddress("/playground/traffic"));
    this.#socket = socket;
    this.#exchanges = [];
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = () => setTimeout(() => socket === this.#socket && this.#connect(), RETRY_MS);
  }

  #leave() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#toggle.focus();
  }

  #take(exchanges) {
    this.#exchanges = [...exchanges.toReversed(), ...this.#exchanges].slice(0, KEPT);
    if (!this.#paused) this.#show();
  }

  #pause() {
    this.#paused = !this.#paused;
    this.pause.setAttribute("aria-pressed", String(this.#paused));
    this.#say();
    if (!this.#paused) this.#show();
  }

  #show() {
    const sought = folded(this.filter.value.trim());
    const shown = this.#exchanges.filter((each) => sought === "" || folded(JSON.stringify(each)).includes(sought));
    this.#list.show(shown);
    this.empty.hidden = shown.length > 0;
    this.#say();
  }

  #say() {
    setText(this.pause, word(this.#paused ? "hood.go_on" : "hood.pause"));
    setText(this.empty, word(this.filter.value.trim() === "" ? "hood.empty" : "hood.no_match"));
  }

  #row(exchange) {
    const { way, name, seconds, status, fault } = exchange;
    const detail = h("div", { class: "exchange-detail", hidden: true });
    const button = h(
      "button",
      {
        type: "button",
        class: "exchange",
        "aria-expanded": "false",
        onclick: () => unfold(button, detail, exchange),
      },
      h("span", { class: "exchange-time" }, this.#time(exchange)),
      h("span", { class: `way way-${way.split(" ")[0]}` }, word(`hood.${way}`)),
      h("span", { class: "exchange-name" }, name),
      h("span", { class: "exchange-ms" }, `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`),
      h("span", { class: status === "ok" ? "status-ok" : "status-bad" }, fault ? `${status}, ${fault}` : status),
    );
    return h("div", null, button, detail);
  }

  #time({ at }) {
    const { tz } = this.#desk.screen;
    return new Date(at * 1000).toLocaleTimeString("en-GB", { timeZone: tz });
  }
}

function unfold(button, detail, { request, answer }) {
  const open = detail.hidden;
  detail.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
  if (open) replace(detail, written(word("hood.request"), request), written(word("hood.answer"), answer));
}

function written(title, thing) {
  const text = thing === null ? word("hood.none") : JSON.stringify(thing, null, 2);
  return h("div", null, h("h3", null, title), h("pre", { tabindex: "0" }, text));
}
