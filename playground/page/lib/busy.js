/**
 * While `act` runs, the button shows it and cannot be pressed again; it keeps the focus.
 *
 * @param {HTMLElement} button
 * @param {() => Promise<void>} act  shows its own failure
 */
export async function busyWhile(button, act) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("busy");
  try {
    await act();
  } finally {
    button.removeAttribute("aria-disabled");
    button.classList.remove("busy");
  }
}
