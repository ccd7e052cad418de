/** What unfolds from a button: panels and menus. Esc and a click elsewhere fold them again. */

import { firstFocusable } from "./focus.js";
import { h, replace, uniqueId } from "./dom.js";

/**
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} panel
 * @param {{onopen?: () => void}} [how]  `onopen`: fills the panel, before it is seen
 * @returns {{close: () => void}}
 */
export function disclosure(button, panel, { onopen } = {}) {
  panel.hidden = true;
  panel.id ||= uniqueId("panel");
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", panel.id);

  const set = (open) => {
    if (open) onopen?.();
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) {
      firstFocusable(panel)?.focus();
      panel.scrollIntoView({ block: "nearest" });
    }
    (open ? document.addEventListener : document.removeEventListener).call(document, "pointerdown", elsewhere);
  };
  const elsewhere = ({ target }) => {
    if (!button.isConnected || !(panel.contains(target) || button.contains(target))) set(false);
  };
  const close = () => {
    if (panel.hidden) return;
    const inside = panel.contains(document.activeElement);
    set(false);
    if (inside) button.focus();
  };
  button.addEventListener("click", () => set(panel.hidden));
  for (const each of [button, panel]) each.addEventListener("keydown", (event) => folded(event, panel, close));
  panel.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget !== null && !panel.contains(relatedTarget) && !button.contains(relatedTarget)) set(false);
  });
  return { close };
}

function folded(event, panel, close) {
  if (event.key !== "Escape" || panel.hidden) return;
  event.preventDefault();
  event.stopPropagation();
  close();
}

/**
 * A button and the menu under it.
 *
 * @param {HTMLButtonElement} button
 * @typedef {{text: string, note?: string, chosen: () => void}} Item
 * @param {Item[] | (() => Item[])} items  a function is asked whenever the menu opens
 */
export function menu(button, items) {
  const list = h("div", { class: "menu", role: "menu" });
  button.setAttribute("aria-haspopup", "menu");
  const fill = () => {
    const listed = typeof items === "function" ? items() : items;
    replace(list, ...listed.map((item) => menuItem(item, close)));
  };
  const { close } = disclosure(button, list, { onopen: fill });
  list.addEventListener("keydown", (event) => step(event, [...list.children]));
  return h("div", { class: "anchor" }, button, list);
}

function menuItem({ text, note, chosen }, close) {
  const pick = () => {
    close();
    chosen();
  };
  return h(
    "button",
    { type: "button", role: "menuitem", tabindex: "-1", onclick: pick },
    text,
    note && h("small", null, note),
  );
}

/** Arrow keys, Home and End among the items of a list. */
export function step(event, items) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}
