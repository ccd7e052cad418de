/** The demo's story beside the conversation: what happened, what comes next, and the button that plays it. */

import { h, replace, setText } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { WITH_APP } from "./place.js";
import { escaped, mrkdwn } from "./text/mrkdwn.js";
import { labelled, language, word } from "./words.js";

const WAITING = "waiting"; // for the first browser
const AGAIN_MS = 1000;
const NARROW = "(width <= 700px)";

export class Story {
  #desk;
  #root;
  #toggle;
  #shown;
  #drawnIn = "";
  #cueing = false;
  #arriving = false;
  #wanted = true;

  /**
   * @param {import("./types.js").Desk} desk
   * @param {HTMLElement} root
   * @param {HTMLButtonElement} toggle  shows and hides the panel
   */
  constructor(desk, root, toggle) {
    this.#desk = desk;
    this.#root = root;
    this.#toggle = toggle;
    this.title = h("h2");
    this.scene = h("div", { class: "story-scene", "aria-live": "polite" });
    this.nextButton = h("button", {
      type: "button",
      class: "button primary",
      "aria-keyshortcuts": "Alt+N",
      onclick: () => this.#next(),
    });
    this.playButton = h("button", { type: "button", class: "button", onclick: () => this.#next("play_scene") });
    labelled(this.nextButton, "story.next");
    labelled(this.playButton, "story.play");
    this.failure = h("p", { class: "story-failure", role: "alert", hidden: true });
    this.foot = h(
      "div",
      { class: "story-foot" },
      this.failure,
      this.nextButton,
      this.playButton,
      h("small", null, "Alt+N"),
    );
    this.fold = h(
      "button",
      {
        type: "button",
        class: "quiet fold",
        "aria-expanded": "true",
        onclick: () => this.#fold(),
      },
      icon("down"),
    );
    const hide = h("button", { type: "button", class: "quiet", onclick: () => this.#want(false) }, icon("close"));
    const body = h("div", { class: "story-body", tabindex: "0", role: "region" }, this.scene);
    labelled(root, "story", "aria-label");
    labelled(this.fold, "story.fold", "aria-label");
    labelled(hide, "story.hide", "aria-label");
    labelled(body, "story.body", "aria-label");
    root.append(h("div", { class: "story-head" }, this.title, this.fold, hide), body, this.foot);
    toggle.addEventListener("click", () => this.#want(this.#root.hidden));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  update() {
    const { story } = this.#desk.screen;
    this.#toggle.hidden = !this.#isTold;
    this.#show();
    if (story?.state === WAITING) this.#arrive();
    if (!this.#isTold) return;
    const before = this.#shown;
    if (story.number === before?.number && this.#drawnIn === language()) return;
    this.#draw(story);
    this.#shown = story;
    this.#drawnIn = language();
    if (this.#leads(before, story) && story.look && !this.#root.hidden) this.#follow(story.look);
  }

  /** Whether the page goes where the story is: not while somebody's own turn lasts. */
  #leads(before, story) {
    if (before === undefined) return this.#desk.place.arrivedPlain;
    const lasts = [before, story].every(
      (each) => each.state === "yours" && each.scene.number === story.scene.number,
    );
    return story.number > before.number && !lasts;
  }

  get #isTold() {
    const { story } = this.#desk.screen;
    return story !== null && story.state !== WAITING;
  }

  /** Whoever plays waits for what the browser prefers; they may not be listening yet. */
  async #arrive() {
    if (this.#arriving) return;
    this.#arriving = true;
    while (this.#desk.screen.story?.state === WAITING) {
      try {
        await this.#desk.act("cue", { cue: `arrival:${navigator.languages.join()}` });
      } catch {
        // tried again
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    this.#arriving = false;
  }

  #want(open) {
    this.#wanted = open;
    this.#show();
  }

  #show() {
    const open = this.#wanted && this.#isTold;
    this.#root.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", String(open));
  }

  #fold() {
    const folded = this.#root.classList.toggle("folded");
    this.fold.setAttribute("aria-expanded", String(!folded));
  }

  #draw(story) {
    const { scene, happened, next, state, before, words } = story;
    const step = (tag, each) => stepNode(tag, each, this.#desk.screen);
    const paragraphs = (text, props) => (text ? text.split("\n").map((line) => h("p", props, line)) : null);
    setText(this.title, story.title);
    this.foot.hidden = state === "done" || state === "broke";
    this.#showWaiting();
    this.#fail(null);
    replace(
      this.scene,
      paragraphs(before, { class: "story-before" }),
      scene && h("p", { class: "story-count" }, word("story.scene", scene)),
      scene && h("h3", null, scene.title),
      scene && h("p", { class: "story-caption" }, scene.caption),
      happened?.length > 0 &&
        h(
          "ul",
          { class: "story-steps" },
          happened.map((each) => step("li", each)),
        ),
      h("p", { class: `story-state story-${state}` }, word(`story.${state}`)),
      paragraphs(words),
      next && h("div", { class: "story-next" }, h("h4", null, word("story.then")), step("p", next)),
    );
    this.#showNewest();
  }

  /** On a phone a few lines are seen: what one is to do, or what has happened last. */
  #showNewest() {
    const newest = this.scene.querySelector(".story-yours, .story-step:last-child");
    const body = this.scene.parentElement;
    if (newest && matchMedia(NARROW).matches) body.scrollTop = newest.offsetTop - body.offsetTop;
  }

  #key(event) {
    if (!isAltN(event) || this.#root.hidden || this.foot.hidden) return;
    event.preventDefault();
    this.#next();
  }

  async #next(cue = "next_step") {
    if (this.#isBusy) return;
    this.#cueing = true;
    this.#showWaiting();
    this.#fail(null);
    try {
      await this.#desk.act("cue", { cue });
    } catch (refusal) {
      this.#fail(refusal.message);
    } finally {
      this.#cueing = false;
      this.#showWaiting();
    }
  }

  get #isBusy() {
    const { story } = this.#desk.screen;
    return this.#cueing || (story?.state === "playing" && !story.plays);
  }

  /** The button keeps the focus: one may go through the story with the Enter key. */
  #showWaiting() {
    this.nextButton.setAttribute("aria-disabled", String(this.#isBusy));
    this.nextButton.classList.toggle("busy", this.#isBusy);
    const plays = this.#desk.screen.story?.plays === true;
    this.playButton.setAttribute("aria-disabled", String(this.#isBusy || plays));
    this.playButton.classList.toggle("busy", this.#isBusy || plays);
  }

  #fail(text) {
    setText(this.failure, text ?? "");
    this.failure.hidden = text === null;
  }

  /** Becomes whoever the story is about, where it happens. */
  #follow({ person, where }) {
    if (where === "home") this.#desk.place.go({ person, where: WITH_APP, tab: "home" });
    else this.#desk.place.go({ person, ...(where && { where }) });
  }
}

/** Not where it writes a letter: AltGr+N on Windows and Linux, ⌥N on a Mac, are the Polish "ń". */
function isAltN(event) {
  if (!event.altKey || event.code !== "KeyN") return false;
  if (event.ctrlKey || event.metaKey || event.getModifierState("AltGraph")) return false;
  return event.key.toLowerCase() === "n" || !event.target.closest?.("input, textarea, select, [contenteditable]");
}

function stepNode(tag, { who, verb, text, gloss }, reader) {
  return h(
    tag,
    { class: "story-step" },
    h("strong", null, who),
    ` ${verb} `,
    h("span", { class: "story-text" }, mrkdwn(escaped(text), reader, { links: false })),
    gloss && h("span", { class: "gloss" }, gloss),
  );
}
