/** Puts the page together: the live state and the place in, every part of the page out. */

import { post } from "./acts.js";
import { Clock } from "./clock.js";
import { Conversation } from "./conversation.js";
import { Inspector } from "./inspector.js";
import { h, setText } from "./lib/dom.js";
import { focusIsIn } from "./lib/focus.js";
import { icon } from "./lib/icons.js";
import { LanguageSwitch } from "./language.js";
import { Live } from "./live.js";
import { Modals } from "./modals.js";
import { PeopleMenu } from "./people.js";
import { Place, WITH_APP } from "./place.js";
import { Screen } from "./screen.js";
import { Sidebar } from "./sidebar.js";
import { Story } from "./story.js";
import { Thread } from "./thread.js";
import { Toasts } from "./toasts.js";
import { labelled, speak, word } from "./words.js";

const ROOTS = [
  "strip",
  "reconnecting",
  "stage",
  "sidebar",
  "conversation",
  "thread",
  "modals",
  "story",
  "inspector",
  "toasts",
  "log",
];
const root = Object.fromEntries(ROOTS.map((id) => [id, document.getElementById(id)]));

const place = new Place(moved);
const screen = new Screen((where) => place.href({ where }));
const live = new Live({ frame, connected });

/** @type {import("./types.js").Desk} */
const desk = {
  screen,
  place,
  act: (name, args = {}) => post(name, { team: screen.workspace?.id, person: screen.viewer?.id, ...args }),
  tell: (text) => toasts.tell(text),
  refresh: () => update({ moved: true }),
};

const storyButton = labelled(h("button", { type: "button", class: "button small" }), "story");
const inspectorButton = labelled(h("button", { type: "button", class: "button small" }), "hood");
const menuButton = h(
  "button",
  {
    type: "button",
    class: "quiet menu-button",
    "aria-label": "Conversations",
    "aria-expanded": "false",
    "aria-controls": "sidebar",
  },
  icon("menu"),
);
const toolsButton = h(
  "button",
  {
    type: "button",
    class: "quiet tools-button",
    "aria-expanded": "false",
    "aria-controls": "tools",
  },
  icon("more"),
);

labelled(toolsButton, "tools", "aria-label");
labelled(document.getElementById("playground"), "warning");
labelled(document.getElementById("make-believe"), "warning.what");
labelled(document.getElementById("title"), "title");

const people = new PeopleMenu(desk);
const clock = new Clock(desk);
const languages = new LanguageSwitch(desk);
const toasts = new Toasts(desk, root.toasts);
const conversation = new Conversation(desk, root.conversation, root.log);
const parts = [
  people,
  clock,
  languages,
  new Sidebar(desk, root.sidebar),
  conversation,
  new Thread(desk, root.thread),
  new Modals(desk, root.modals, {
    beneath: [root.sidebar, root.conversation, root.thread],
    outside: [root.strip, root.story, root.inspector],
    otherwise: () => conversation.focus(),
  }),
  toasts,
  new Story(desk, root.story, storyButton),
];
new Inspector(desk, root.inspector, inspectorButton);

root.strip.append(
  h(
    "div",
    { class: "strip-row" },
    menuButton,
    people.node,
    clock.node,
    languages.node,
    toolsButton,
    h(
      "div",
      { class: "tools", id: "tools" },
      clock.buttons,
      h("div", { class: "strip-end" }, storyButton, inspectorButton),
    ),
  ),
);
unfolds(menuButton, root.stage, "sidebar-open");
unfolds(toolsButton, root.strip, "tools-open");
live.watch({ team: place.team, person: place.person });

/** A part of the page that is always there on a wide screen, and unfolds on a phone. */
function unfolds(button, node, name) {
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(node.classList.toggle(name))));
}

function frame({ set, gone }, first) {
  screen.apply({ set, gone }, first);
  if (first) settle();
  update({ keys: new Set([...Object.keys(set), ...gone]), first });
}

function moved(before, after) {
  const another = before.team !== after.team || before.person !== after.person;
  if (another && !isShown(after)) {
    live.watch({ team: after.team, person: after.person });
    return;
  }
  if (root.stage.classList.contains("sidebar-open")) menuButton.click();
  if (screen.viewer === undefined) return;
  settle();
  update({ moved: true });
  const reads = focusIsIn(root.story, root.inspector) || matchMedia("(pointer: coarse)").matches;
  if (before.where !== after.where && !reads) conversation.focus();
}

function isShown({ team, person }) {
  return screen.workspace?.id === team && screen.viewer?.id === person;
}

/** The address may name nobody, or nothing that this person sees: then it names what is shown. */
function settle() {
  const wanted = place.where === WITH_APP ? screen.appChannel?.id : place.where;
  const where = screen.channel(wanted) === undefined ? usual() : wanted;
  const tab = screen.isWithApp(where) ? place.tab : "messages";
  place.correct({ team: screen.workspace.id, person: screen.viewer.id, where, tab });
}

function usual() {
  const last = place.lastOf(screen.viewer.id);
  if (screen.channel(last) !== undefined) return last;
  const mine = screen.channels.filter((each) => each.is_member);
  return (mine.find((each) => each.name === "general") ?? mine[0])?.id ?? "";
}

function update({ keys = new Set(), first = false, moved: elsewhere = false }) {
  if (screen.viewer === undefined) return;
  speak(screen.story?.language);
  for (const part of parts) part.update({ keys, first, moved: elsewhere });
  const unread = screen.channels.reduce((sum, each) => sum + each.mentions, 0);
  document.title = `${word("title")} · ${screen.viewer.name.split(" ")[0]}${unread ? ` (${unread})` : ""}`;
}

function connected(is) {
  setText(root.reconnecting, is ? "" : word("gone"));
}
