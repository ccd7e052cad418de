/** Focus that survives a change of the page. What may be replaced carries a `data-focus` name. */

/**
 * Runs `change`; if the focused node was replaced, its successor of the same name takes focus and caret.
 *
 * @param {HTMLElement} root
 * @param {() => void} change
 */
export function keepingFocus(root, change) {
  const before = root.contains(document.activeElement) ? document.activeElement : null;
  const name = before?.closest("[data-focus]")?.dataset.focus;
  const caret = caretOf(before);
  change();
  if (before === null || before.isConnected || name === undefined) return;
  const after = root.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  after?.focus({ preventScroll: true });
  if (caret !== null && caretOf(after) !== null) after.setSelectionRange(...caret);
}

function caretOf(node) {
  const typed = node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && node.type === "text");
  return typed ? [node.selectionStart, node.selectionEnd] : null;
}

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex='0'], [role='menuitem']";

/** The first thing in it that can take focus. @param {HTMLElement} root @returns {HTMLElement | undefined} */
export function firstFocusable(root) {
  return [...root.querySelectorAll(FOCUSABLE)].find((each) => !each.disabled && each.checkVisibility());
}

/** Whether the keyboard is inside one of these. @param {...HTMLElement} roots */
export function focusIsIn(...roots) {
  return roots.some((root) => root.contains(document.activeElement));
}
