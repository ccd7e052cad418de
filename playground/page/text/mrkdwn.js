/** Slack's mrkdwn as nodes. Line breaks stay as they are: the style sheet shows them. */

import { h } from "../lib/dom.js";
import { withEmoji } from "./emoji.js";
import { angle, link } from "./mentions.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const FENCED = /```\n?([\s\S]+?)\n?```/;
const QUOTED = /^(?:>|&gt;) ?/;
const HYPHENED = /((?<![\p{L}\p{N}-])\p{L}+-\p{N}+(?![\p{L}\p{N}-]))/u; // `D-12`
const TAGS = { bold: "strong", italic: "em", strike: "s" };
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>]+)>",
    styled("bold", "\\*"),
    styled("italic", "_"),
    styled("strike", "~"),
    "(?<url>https?://[^\\s<>|]*[^\\s<>|.,;:!?)\\]])",
  ].join("|"),
  "gu",
);

/** Between two marks at the edges of a word, with whole tokens and code inside. */
function styled(name, mark) {
  const inner = `(?:<[^<>]*>|\`[^\`\\n]+\`|[^\\n<\`${mark}])+?`;
  return `(?<![\\p{L}\\p{N}])${mark}(?=\\S)(?<${name}>${inner})(?<=\\S)${mark}(?![\\p{L}\\p{N}])`;
}

/**
 * @param {string} text
 * @param {import("../screen.js").Screen} reader
 * @param {{links?: boolean}} [how]  `links`: bare addresses become links (not in `verbatim` texts)
 * @returns {Node[]}
 */
export function mrkdwn(text, reader, { links = true } = {}) {
  const parts = text.split(FENCED); // text, code, text, code, …
  return parts.flatMap((part, index) => {
    if (index % 2 === 1) return [h("pre", null, code(part, reader))];
    const shown = withoutBreaks(part, { before: index > 0, after: index < parts.length - 1 });
    return shown === "" ? [] : lines(shown, reader, links);
  });
}

/** Next to a block of code, the line ends anyway. */
function withoutBreaks(text, { before, after }) {
  const begun = before ? text.replace(/^\n/, "") : text;
  return after ? begun.replace(/\n$/, "") : begun;
}

/** A text object: `plain_text` is shown to the letter, emoji apart. @param {import("../types.js").TextObject} thing */
export function textObject(thing, reader) {
  if (thing.type === "mrkdwn") return mrkdwn(thing.text, reader, { links: !thing.verbatim });
  return [document.createTextNode(plain(thing))];
}

/** @param {import("../types.js").TextObject} thing */
export function plain(thing) {
  return thing.emoji === false ? thing.text : withEmoji(thing.text);
}

/** What was shown already, to be shown as mrkdwn again: its mentions are names. @param {string} text */
export function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function lines(text, reader, links) {
  /** @type {{quote: boolean, lines: string[]}[]} */
  const runs = [];
  for (const line of text.split("\n")) {
    const quote = QUOTED.test(line);
    if (runs.at(-1)?.quote !== quote) runs.push({ quote, lines: [] });
    runs.at(-1).lines.push(quote ? line.replace(QUOTED, "") : line);
  }
  return runs.flatMap((run) => {
    const nodes = inline(run.lines.join("\n"), reader, links);
    return run.quote ? [h("blockquote", null, nodes)] : nodes;
  });
}

function inline(text, reader, links) {
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(INLINE)) {
    const node = token(found, reader, links);
    if (node === null) continue;
    nodes.push(...leaves(text.slice(done, found.index)), node);
    done = found.index + found[0].length;
  }
  nodes.push(...leaves(text.slice(done)));
  return nodes.filter((node) => node.textContent !== "");
}

function token(found, reader, links) {
  const groups = found.groups;
  if (groups.code !== undefined) return h("code", null, code(groups.code, reader));
  if (groups.angle !== undefined) return angle(groups.angle, reader, decoded);
  if (groups.url !== undefined) return links ? link(decoded(groups.url), decoded(groups.url)) : null;
  const name = Object.keys(TAGS).find((each) => groups[each] !== undefined);
  return h(TAGS[name], null, inline(groups[name], reader, links));
}

/** Mentions and links work in code, marks and emoji do not. */
function code(text, reader) {
  return text.split(/(<[^<>]+>)/).map((part) => {
    const whole = part.startsWith("<") && part.endsWith(">");
    return (whole && angle(part.slice(1, -1), reader, decoded)) || document.createTextNode(decoded(part));
  });
}

/** A letter, a hyphen and a number stay together where Slack's phones keep them so: the style sheet knows. */
function leaves(text) {
  const parts = decoded(withEmoji(text)).split(HYPHENED);
  return parts.map((part, index) =>
    index % 2 ? h("span", { class: "key" }, part) : document.createTextNode(part),
  );
}

function decoded(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}
