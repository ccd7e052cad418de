/** People, channels, dates, broadcasts and links, wherever they stand in a text. */

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { isoMinute, patterned } from "./dates.js";

const SAFE_LINK = /^(https?:\/\/|mailto:)/i;
const MESSAGE_LINK = /^https:\/\/([a-z0-9-]+)\.slack\.com\/archives\/([CDG][A-Z0-9]+)\/p\d+/;
const BROADCASTS = new Set(["here", "channel", "everyone"]);

/** @typedef {import("../screen.js").Screen} Reader */

/** @param {string} id @param {Reader} reader */
export function personMention(id, reader) {
  const name = reader.person(id)?.name ?? "unknown";
  const mine = id === reader.viewer?.id;
  return h("span", { class: mine ? "mention mention-me" : "mention" }, `@${name}`);
}

/** @param {string} id @param {Reader} reader */
export function channelMention(id, reader) {
  const channel = reader.channel(id);
  if (channel === undefined) return h("span", { class: "mention" }, icon("lock"), "private channel");
  return h("a", { class: "mention", href: reader.hrefOf(id) }, `#${channel.name}`);
}

/** Loud on purpose: it would ring for everybody. @param {string} range */
export function broadcast(range) {
  return h("mark", { class: "broadcast" }, icon("warning"), `@${range} notifies everybody here`);
}

/**
 * @param {number} seconds
 * @param {string} pattern
 * @param {Reader} reader
 * @param {string} [href]
 */
export function date(seconds, pattern, reader, href) {
  const title = `${isoMinute(seconds, reader.tz)}, ${reader.tz}`;
  const shown = h(
    "time",
    { datetime: new Date(seconds * 1000).toISOString(), title },
    patterned(seconds, pattern, reader),
  );
  return href && SAFE_LINK.test(href) ? link(href, shown) : shown;
}

/** Opens in another tab; what is no web or mail address stays text. @param {string} href */
export function link(href, ...label) {
  if (!SAFE_LINK.test(href)) return h("span", null, label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** A link to a message of this workspace leads to its conversation; whoever does not see that reads words only. */
function messageLink(href, reader, label) {
  const [, domain, where] = MESSAGE_LINK.exec(href) ?? [];
  if (domain === undefined || domain !== reader.workspace.domain) return null;
  if (reader.channel(where) === undefined) return h("span", { title: "You are not in that conversation" }, label);
  return h("a", { href: reader.hrefOf(where) }, label);
}

/**
 * What stands between "<" and ">" in mrkdwn, or null if it is no token: then it is text.
 *
 * @param {string} inner  with its entities
 * @param {Reader} reader
 * @param {(text: string) => string} decoded
 */
export function angle(inner, reader, decoded) {
  const bar = inner.indexOf("|");
  const what = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : decoded(inner.slice(bar + 1));
  if (/^@[UW]\w+$/.test(what)) return personMention(what.slice(1), reader);
  if (/^#[CDG]\w+$/.test(what)) return channelMention(what.slice(1), reader);
  if (what.startsWith("!")) return special(what.slice(1), label, reader);
  if (!SAFE_LINK.test(what)) return null;
  const href = decoded(what);
  const here = messageLink(href, reader, label);
  if (here !== null) return here;
  return link(href, label || href.replace(/^mailto:/i, ""));
}

function special(what, label, reader) {
  if (BROADCASTS.has(what)) return broadcast(what);
  const [kind, seconds, pattern, href] = what.split("^");
  if (kind === "date" && /^\d{1,11}$/.test(seconds) && pattern) return date(Number(seconds), pattern, reader, href);
  return document.createTextNode(label || `<!${what}>`);
}
