/** `rich_text`: text that comes as a tree. */

import { h } from "../lib/dom.js";
import { emojiNamed } from "./emoji.js";
import { broadcast, channelMention, date, link, personMention } from "./mentions.js";

const STYLE_TAGS = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };

const PARTS = {
  rich_text_section: (part, reader) => h("div", null, leaves(part, reader)),
  rich_text_preformatted: (part, reader) => h("pre", null, leaves(part, reader)),
  rich_text_quote: (part, reader) => h("blockquote", null, leaves(part, reader)),
  rich_text_list: (part, reader) => list(part, reader),
};

const LEAVES = {
  text: (leaf) => leaf.text,
  link: (leaf) => link(leaf.url, leaf.text || leaf.url),
  emoji: (leaf) => emojiNamed(leaf.name) ?? fromCodes(leaf.unicode) ?? `:${leaf.name}:`,
  user: (leaf, reader) => personMention(leaf.user_id, reader),
  channel: (leaf, reader) => channelMention(leaf.channel_id, reader),
  usergroup: (leaf) => h("span", { class: "mention" }, `@${leaf.usergroup_id}`),
  team: (leaf) => leaf.team_id,
  broadcast: (leaf) => broadcast(leaf.range),
  date: (leaf, reader) => date(leaf.timestamp, leaf.format, reader, leaf.url),
  color: (leaf) => h("code", null, leaf.value),
};

/** @param {import("../types.js").Block} block @param {import("../screen.js").Screen} reader @returns {Node[]} */
export function richText(block, reader) {
  return block.elements.map((part) => PARTS[part.type]?.(part, reader) ?? unknown(part));
}

function leaves(part, reader) {
  return part.elements.map((leaf) => styled(LEAVES[leaf.type]?.(leaf, reader) ?? unknown(leaf), leaf.style));
}

function styled(shown, style) {
  const tags = Object.keys(STYLE_TAGS).filter((name) => style?.[name]);
  return tags.reduce((inner, name) => h(STYLE_TAGS[name], null, inner), shown);
}

function list(part, reader) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const start = tag === "ol" && part.offset ? part.offset + 1 : null;
  const items = part.elements.map((item) => h("li", null, leaves(item, reader)));
  return h(tag, { class: `indent-${part.indent ?? 0}`, start }, items);
}

function fromCodes(codes) {
  return codes ? String.fromCodePoint(...codes.split("-").map((code) => parseInt(code, 16))) : undefined;
}

function unknown(part) {
  return h("mark", { class: "broadcast" }, `unknown rich text: ${part.type}`);
}
