/** Whom one can be: a menu of everybody, by side. */

import { avatar } from "./avatar.js";
import { h, replace } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { disclosure, step } from "./lib/popover.js";
import { WITH_APP } from "./place.js";
import { timeOfDay } from "./text/dates.js";
import { labelled, language, word } from "./words.js";

const GROUPS = ["it", "marketing", ""];
const SIDES = { it: "IT", marketing: "marketing" };

export class PeopleMenu {
  #desk;
  #drawn = "";
  #panel;

  /** @param {import("./types.js").Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.button = h("button", { type: "button", class: "you" });
    this.list = labelled(h("div", { class: "panel people-menu", role: "group" }), "people", "aria-label");
    this.#panel = disclosure(this.button, this.list, { onopen: () => this.#fill() });
    this.list.addEventListener("keydown", (event) =>
      step(event, [...this.list.querySelectorAll("button:not(:disabled)")]),
    );
    this.node = h("div", { class: "anchor" }, this.button, this.list);
  }

  update() {
    const { viewer } = this.#desk.screen;
    const drawn = JSON.stringify([viewer, language()]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const role = [viewer.title, SIDES[viewer.side]].filter((each, at, all) => each && all.indexOf(each) === at);
    replace(
      this.button,
      avatar(viewer.name, viewer.id),
      h(
        "span",
        { class: "you-words" },
        h("span", { class: "hidden-text" }, word("people.you")),
        h("strong", null, viewer.name),
        h("small", null, role.join(", ")),
      ),
      icon("down"),
    );
  }

  #fill() {
    const people = this.#desk.screen.people.filter((each) => !each.is_bot);
    const groups = GROUPS.map((side) => [
      side === "it" ? "IT" : side === "" ? word("people.others") : "Marketing",
      people.filter((each) => each.side === side),
    ]);
    replace(
      this.list,
      h("h2", { class: "panel-title" }, word("people.title")),
      groups
        .filter(([, members]) => members.length > 0)
        .map(([name, members]) => [h("h3", null, name), members.map((each) => this.#person(each))]),
    );
  }

  #person(person) {
    const { screen } = this.#desk;
    const { id, name, locale, tz, deleted } = person;
    const there = timeOfDay(screen.now(), { locale: "en-GB", tz });
    const clock = word("people.clock", { there, city: city(tz) });
    const details = [person.title, nameOfLanguage(locale), clock, deleted && word("people.deactivated")];
    return h(
      "button",
      {
        type: "button",
        class: "person",
        disabled: deleted,
        "aria-current": id === screen.viewer.id ? "true" : null,
        onclick: () => this.#be(id),
      },
      avatar(name, id),
      h("span", null, h("strong", null, name), h("small", null, details.filter(Boolean).join(" · "))),
      person.is_guest && h("span", { class: "tag" }, word("people.guest")),
      person.is_admin && h("span", { class: "tag" }, word("people.admin")),
    );
  }

  #be(person) {
    const { screen, place } = this.#desk;
    this.#panel.close();
    if (person === screen.viewer.id) return;
    const here = screen.channel(place.where);
    const stays = here?.members.includes(person);
    if (here !== undefined && here.id === screen.appChannel?.id) place.go({ person, where: WITH_APP });
    else place.go({ person, where: stays ? here.id : place.lastOf(person) });
  }
}

function nameOfLanguage(locale) {
  return new Intl.DisplayNames(language(), { type: "language" }).of(locale.slice(0, 2));
}

function city(tz) {
  return tz.split("/").at(-1).replaceAll("_", " ");
}
