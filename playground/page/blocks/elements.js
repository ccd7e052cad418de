/** Buttons, menus and whatever else can be clicked; inputs are put in place by their surface. */

import { h } from "../lib/dom.js";
import { busyWhile } from "../lib/busy.js";
import { ask } from "../lib/dialog.js";
import { icon } from "../lib/icons.js";
import { menu } from "../lib/popover.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { CONTROLS } from "../forms/controls.js";
import { unknown } from "./unknown.js";

/** @typedef {import("../types.js").Block} Block */
/** @typedef {import("../types.js").Element_} Element_ */
/** @typedef {import("../types.js").Surface} Surface */

/** @type {Map<string, (element: Element_, block: Block, surface: Surface) => import("../lib/dom.js").Child>} */
const ELEMENTS = new Map([
  ["button", button],
  ["overflow", overflow],
  ["icon_button", iconButton],
  ["feedback_buttons", feedbackButtons],
  [
    "image",
    ({ alt_text: alt }) =>
      h("div", { class: "image-stand-in", role: "img", "aria-label": alt }, icon("picture"), h("span", null, alt)),
  ],
]);

/** @param {Element_} element @param {Block} block @param {Surface} surface */
export function elementNode(element, block, surface) {
  if (isInput(element)) return surface.place({ block, element });
  return ELEMENTS.get(element.type)?.(element, block, surface) ?? unknown("element", element);
}

/** @param {Element_} element */
export function isInput(element) {
  return CONTROLS.has(element?.type);
}

/** An input with its label. @param {Block} block @param {Surface} surface */
export function inputOf(block, surface) {
  return surface.place({ block, element: block.element });
}

function button(element, block, surface) {
  const props = {
    class: `button ${element.style ?? ""}`.trim(),
    "aria-label": element.accessibility_label,
    dataset: { focus: `${block.block_id}/${element.action_id}` },
  };
  const node = element.url
    ? h(
        "a",
        { ...props, href: webAddress(element.url), target: "_blank", rel: "noopener noreferrer" },
        plain(element.text),
      )
    : h("button", { ...props, type: "button" }, plain(element.text));
  node.addEventListener("click", () => press(node, element, surface, () => surface.press(block, element)));
  return node;
}

function webAddress(url) {
  return /^https?:\/\//i.test(url) ? url : null;
}

async function press(node, element, surface, act) {
  if (await agreed(element.confirm, surface)) await busyWhile(node, act);
}

async function agreed(confirm, { reader }) {
  if (!confirm) return true;
  return ask({
    title: plain(confirm.title),
    body: textObject(confirm.text, reader),
    agree: plain(confirm.confirm),
    refuse: plain(confirm.deny),
    danger: confirm.style === "danger",
  });
}

function overflow(element, block, surface) {
  const node = h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-label": "More actions",
      dataset: { focus: `${block.block_id}/${element.action_id}` },
    },
    icon("more"),
  );
  const items = element.options.map((option) => ({
    text: plain(option.text),
    note: option.description && plain(option.description),
    chosen: () => press(node, element, surface, () => surface.press(block, element, option.value)),
  }));
  return menu(node, items);
}

function iconButton(element, block, surface) {
  const hidden = element.visible_to_user_ids && !element.visible_to_user_ids.includes(surface.reader.viewer.id);
  return hidden ? null : button({ ...element, type: "button" }, block, surface);
}

function feedbackButtons(element, block, surface) {
  return [element.positive_button, element.negative_button].map((each) => {
    const node = h(
      "button",
      { type: "button", class: "button", "aria-label": each.accessibility_label },
      plain(each.text),
    );
    node.addEventListener("click", () =>
      press(node, element, surface, () => surface.press(block, element, each.value)),
    );
    return node;
  });
}
