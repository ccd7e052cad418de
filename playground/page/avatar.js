import { h } from "./lib/dom.js";

const TONES = 8;

/**
 * A small square with initials; the name stands beside it.
 *
 * @param {string} name
 * @param {string} id
 * @param {{app?: boolean}} [of]
 */
export function avatar(name, id, { app = false } = {}) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? "")
    .join("");
  const tone = [...id].reduce((sum, each) => (sum * 31 + each.codePointAt(0)) % 9973, 7) % TONES;
  return h("span", { class: `avatar avatar-${app ? "app" : tone}`, "aria-hidden": "true" }, initials);
}
