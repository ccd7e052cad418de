/** The `markdown` block: what language models write, as plainly as it needs to be. Tables are shown as written. */

import { h } from "../lib/dom.js";
import { withEmoji } from "./emoji.js";
import { angle, link } from "./mentions.js";

const INLINE =
  /`(?<code>[^`\n]+)`|\*\*(?<bold>[^*\n]+)\*\*|~~(?<strike>[^~\n]+)~~|(?<![\p{L}\p{N}])[*_](?<italic>[^*_\n]+)[*_](?![\p{L}\p{N}])|\[(?<label>[^\]\n]+)\]\((?<href>[^)\s]+)\)|<(?<angle>[^<>\n]+)>/gu;
const TAGS = { code: "code", bold: "strong", strike: "s", italic: "em" };

/** Kinds of blocks: the first whose pattern fits the first line takes all lines that belong to it. */
const KINDS = [
  { first: /^```/, last: /^```/, make: (lines) => h("pre", null, lines.slice(1).join("\n")) },
  { first: /^#{1,6} /, make: ([line], reader) => heading(line, reader) },
  { first: /^\|/, rest: /^\|/, make: (lines) => h("pre", { class: "written-table" }, lines.join("\n")) },
  { first: /^> ?/, rest: /^> ?/, make: (lines, reader) => h("blockquote", null, unquoted(lines, reader)) },
  { first: /^\s*[-*+] /, rest: /^\s*[-*+] /, make: (lines, reader) => list("ul", lines, reader) },
  { first: /^\s*\d+[.)] /, rest: /^\s*\d+[.)] /, make: (lines, reader) => list("ol", lines, reader) },
  { first: /^(-{3,}|\*{3,})$/, make: () => h("hr") },
  { first: /^\s*$/, make: () => null },
];
const PARAGRAPH = { first: /./, rest: /^(?!```|#{1,6} |\||>|\s*[-*+] |\s*\d+[.)] |\s*$)/, make: paragraph };

/** @param {string} text @param {import("../screen.js").Screen} reader @returns {Node[]} */
export function markdown(text, reader) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length > 0) {
    const kind = KINDS.find((each) => each.first.test(lines[0])) ?? PARAGRAPH;
    const node = kind.make(taken(lines, kind), reader);
    if (node !== null) nodes.push(node);
  }
  return nodes;
}

/** The lines of one block, away from the beginning of `lines`; a closing fence goes, too. */
function taken(lines, { rest, last }) {
  const block = [lines.shift()];
  while (lines.length > 0 && (last ? !last.test(lines[0]) : rest?.test(lines[0]))) block.push(lines.shift());
  if (last) lines.shift();
  return block;
}

function heading(line, reader) {
  const [, marks, text] = /^(#+) +(.*)$/.exec(line) ?? [line, "#", ""];
  return h(
    "p",
    { class: `markdown-heading level-${marks.length}`, role: "heading", "aria-level": "4" },
    inline(text, reader),
  );
}

function list(tag, lines, reader) {
  const items = lines.map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)]) /, ""));
  return h(
    tag,
    null,
    items.map((item) => h("li", null, inline(item, reader))),
  );
}

function unquoted(lines, reader) {
  return inline(lines.map((line) => line.replace(/^> ?/, "")).join("\n"), reader);
}

function paragraph(lines, reader) {
  return h("p", null, inline(lines.join("\n"), reader));
}

function inline(text, reader) {
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(INLINE)) {
    const node = token(found.groups, reader);
    if (node === null) continue;
    nodes.push(withEmoji(text.slice(done, found.index)), node);
    done = found.index + found[0].length;
  }
  return [...nodes, withEmoji(text.slice(done))];
}

function token(groups, reader) {
  if (groups.angle !== undefined) return angle(groups.angle, reader, (text) => text);
  if (groups.href !== undefined) return link(groups.href, groups.label);
  const name = Object.keys(TAGS).find((each) => groups[each] !== undefined);
  return h(TAGS[name], null, name === "code" ? groups.code : inline(groups[name], reader));
}
