/** Every block Duet may send, as nodes. What is not known here is shown as such, loudly. */

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { markdown } from "../text/markdown.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { richText } from "../text/rich.js";
import { chart, isChart } from "./charts.js";
import { elementNode, inputOf, isInput } from "./elements.js";
import { dataTable, table } from "./tables.js";
import { unknown } from "./unknown.js";

/** @typedef {import("../types.js").Block} Block */
/** @typedef {import("../types.js").Surface} Surface */

/** @type {Map<string, (block: Block, surface: Surface) => import("../lib/dom.js").Child>} */
const BLOCKS = new Map([
  ["section", section],
  ["header", header],
  ["divider", () => h("hr")],
  ["context", context],
  ["actions", actions],
  ["context_actions", actions],
  ["image", image],
  ["input", input],
  ["rich_text", (block, { reader }) => h("div", { class: "text" }, richText(block, reader))],
  ["markdown", (block, { reader }) => h("div", { class: "text markdown" }, markdown(block.text, reader))],
  ["alert", alert],
  ["table", table],
  ["data_table", dataTable],
  ["data_visualization", (block) => (isChart(block) ? chart(block) : unknown("chart", block))],
]);

/** @param {Block[]} blocks @param {Surface} surface @returns {HTMLElement} */
export function blocksOf(blocks, surface) {
  return h(
    "div",
    { class: "blocks" },
    blocks.map((block) => framed(block, surface)),
  );
}

function framed(block, surface) {
  const kind = BLOCKS.has(block.type) ? block.type : "unknown";
  return h("div", { class: `block block-${kind}` }, shown(block, surface));
}

/** A block that cannot be drawn must not take the whole page with it. */
function shown(block, surface) {
  try {
    return BLOCKS.get(block.type)?.(block, surface) ?? unknown("block", block);
  } catch (error) {
    console.error(`cannot draw a ${block.type} block`, error);
    return unknown("block", block);
  }
}

function section(block, surface) {
  const { text, fields = [], accessory } = block;
  return [
    h(
      "div",
      { class: "section-text" },
      text && h("div", { class: "text" }, textObject(text, surface.reader)),
      fields.length > 0 &&
        h(
          "div",
          { class: "fields" },
          fields.map((each) => field(each, surface)),
        ),
    ),
    accessory && h("div", { class: "accessory" }, elementNode(accessory, block, surface)),
  ];
}

function field(text, { reader }) {
  return h("div", { class: "text" }, textObject(text, reader));
}

function header({ text, level }) {
  return h("div", { class: `block-heading level-${level ?? 1}`, role: "heading", "aria-level": "3" }, plain(text));
}

function context({ elements }, surface) {
  return elements.map((each) =>
    each.type === "image" ? smallImage(each) : h("span", { class: "text" }, textObject(each, surface.reader)),
  );
}

function actions(block, surface) {
  return block.elements.map((each) => elementNode(each, block, surface));
}

/** No picture is fetched: this page asks no other host for anything. */
function image({ alt_text: alt, title }) {
  return h(
    "figure",
    { class: "image-frame" },
    title && h("figcaption", null, plain(title)),
    h("div", { class: "image-stand-in", role: "img", "aria-label": alt }, icon("picture"), h("span", null, alt)),
  );
}

function smallImage({ alt_text: alt }) {
  return h("span", { class: "small-image", role: "img", "aria-label": alt, title: alt }, icon("picture"));
}

function alert({ text, level = "default" }, { reader }) {
  return h(
    "div",
    { class: `alert alert-${level}`, role: "note" },
    icon("warning"),
    h("div", { class: "text" }, textObject(text, reader)),
  );
}

function input(block, surface) {
  return isInput(block.element) ? inputOf(block, surface) : unknown("input", block);
}
