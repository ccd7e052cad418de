/**
 * The playground's own words, in the language in which the app speaks. What stands for Slack stays as Slack has it,
 * which speaks no Polish.
 */

import { setText } from "./lib/dom.js";

const OWN = "en";
const WORDS = {
  en: {
    title: "Duet playground",
    warning: "Playground:",
    "warning.what": "a make-believe Slack on this machine. Nothing here reaches a real workspace.",
    gone: "The playground is gone. Trying again…",
    silent: "The playground does not answer. Is it still running?",
    tools: "Time and tools",
    speaks: "Duet speaks",
    clock: "Move the clock",
    "clock.hour": "+1 hour",
    "clock.morning": "Next morning",
    "clock.monday": "Next Monday",
    "clock.due": "Next thing due",
    "clock.nothing": "Nothing is due.",
    people: "Whom to be",
    "people.title": "Be somebody else",
    "people.you": "You are ",
    "people.others": "Others",
    "people.clock": "{there} in {city}",
    "people.deactivated": "deactivated",
    "people.guest": "Guest",
    "people.admin": "Admin",
    story: "Story",
    "story.next": "Next step",
    "story.play": "Play this scene",
    "story.fold": "Fold the story",
    "story.hide": "Hide the story",
    "story.body": "What happens",
    "story.scene": "Scene {number} of {count}",
    "story.then": "Next",
    "story.ready": "",
    "story.playing": "",
    "story.yours": "Your turn",
    "story.done": "The end",
    "story.broke": "The story broke off",
    hood: "Under the hood",
    "hood.seek": "Filter by name or content",
    "hood.filter": "Filter",
    "hood.pause": "Pause",
    "hood.go_on": "Go on",
    "hood.empty": "Nothing went to and fro yet.",
    "hood.no_match": "Nothing like that.",
    "hood.close": "Close the drawer",
    "hood.body": "Requests and answers",
    "hood.request": "Request",
    "hood.answer": "Answer",
    "hood.none": "none",
    "hood.to app": "to app",
    "hood.from app": "from app",
  },
  pl: {
    title: "Duet: piaskownica",
    warning: "Piaskownica:",
    "warning.what": "Slack na niby, tylko na tym komputerze. Nic stąd nie trafia do prawdziwego Slacka.",
    gone: "Piaskownica nie odpowiada. Próbuję dalej…",
    silent: "Piaskownica nie odpowiada. Czy jeszcze działa?",
    tools: "Czas i narzędzia",
    speaks: "Język Dueta",
    clock: "Przesuń zegar",
    "clock.hour": "+1 godz.",
    "clock.morning": "Następny ranek",
    "clock.monday": "Następny pn.",
    "clock.due": "Następny termin",
    "clock.nothing": "Nic nie czeka na swój termin.",
    people: "Kim chcesz być",
    "people.title": "Zmień osobę",
    "people.you": "Jesteś teraz: ",
    "people.others": "Inni",
    "people.clock": "{there}, {city}",
    "people.deactivated": "konto wyłączone",
    "people.guest": "Gość",
    "people.admin": "Administrator",
    story: "Historia",
    "story.next": "Następny krok",
    "story.play": "Odtwórz scenę",
    "story.fold": "Zwiń historię",
    "story.hide": "Ukryj historię",
    "story.body": "Co się dzieje",
    "story.scene": "Scena {number} z {count}",
    "story.then": "Dalej",
    "story.ready": "",
    "story.playing": "",
    "story.yours": "Twoja kolej",
    "story.done": "Koniec",
    "story.broke": "Historia się urwała",
    hood: "Pod maską",
    "hood.seek": "Szukaj po nazwie albo treści",
    "hood.filter": "Filtr",
    "hood.pause": "Wstrzymaj",
    "hood.go_on": "Wznów",
    "hood.empty": "Jeszcze nic tędy nie przeszło.",
    "hood.no_match": "Nic takiego nie ma.",
    "hood.close": "Zamknij panel",
    "hood.body": "Zapytania i odpowiedzi",
    "hood.request": "Zapytanie",
    "hood.answer": "Odpowiedź",
    "hood.none": "brak",
    "hood.to app": "do aplikacji",
    "hood.from app": "z aplikacji",
  },
};

let spoken = OWN;
/** What writes the words that are on the page all the time. */
const writers = [];

/** @param {string} key @param {Record<string, string | number>} [facts] */
export function word(key, facts = {}) {
  return WORDS[spoken][key].replace(/\{(\w+)\}/g, (_, name) => String(facts[name]));
}

/** A node with that word, or with it as an attribute, in whichever language it is read. */
export function labelled(node, key, attribute = null) {
  write(() => {
    if (attribute === null) setText(node, word(key));
    else node.setAttribute(attribute, word(key));
  });
  return node;
}

/** Calls it now, and whenever the language changes. */
export function write(writer) {
  writers.push(writer);
  writer();
}

export function language() {
  return spoken;
}

/** @param {string | undefined} wanted  the app's language; one that has no words here is answered in English */
export function speak(wanted) {
  const next = wanted !== undefined && wanted in WORDS ? wanted : OWN;
  if (next === spoken) return;
  spoken = next;
  for (const writer of writers) writer();
}
