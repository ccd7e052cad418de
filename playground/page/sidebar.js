/** The conversations of the workspace, with what is unread in them. */

import { choosePeople } from "./starting.js";
import { h, replace, setText } from "./lib/dom.js";
import { busyWhile } from "./lib/busy.js";
import { keepingFocus } from "./lib/focus.js";
import { icon } from "./lib/icons.js";
import { KeyedList } from "./lib/keyed.js";

const KIND_ICONS = { channel: "hash", group: "lock", im: "", mpim: "people" };

/** @typedef {import("./types.js").Channel} Channel */

export class Sidebar {
  #desk;
  #root;
  #channels;
  #directs;

  /** @param {import("./types.js").Desk} desk @param {HTMLElement} root */
  constructor(desk, root) {
    this.#desk = desk;
    this.#root = root;
    this.name = h("h2", { class: "workspace-name" });
    this.teams = h("select", { class: "select", "aria-label": "Workspace", onchange: () => this.#switchTeam() });
    this.app = h("div");
    const [channels, directs] = [h("div"), h("div")];
    this.#channels = this.#list(channels);
    this.#directs = this.#list(directs);
    root.append(
      h("div", { class: "sidebar-head" }, this.name, this.teams),
      h("h3", null, "Channels"),
      channels,
      h("div", { class: "sidebar-section" }, h("h3", null, "Direct messages"), this.#plus()),
      this.app,
      directs,
    );
  }

  /** @param {import("./types.js").Change} change */
  update({ keys, first, moved }) {
    const relevant = first || moved || keys.size === 0 || [...keys].some((key) => !key.startsWith("message:"));
    if (!relevant) return;
    const { screen } = this.#desk;
    this.#showTeams();
    const direct = (channel) => channel.kind === "im" || channel.kind === "mpim";
    const app = screen.appChannel;
    replace(this.app, app === undefined && screen.viewer.id !== screen.workspace.app.bot_user && this.#appButton());
    const rest = screen.channels.filter((each) => each !== app);
    keepingFocus(this.#root, () => {
      this.#channels.show(this.#items(rest.filter((each) => !direct(each))));
      this.#directs.show(this.#items([...(app ? [app] : []), ...rest.filter(direct)]));
    });
  }

  #list(parent) {
    return new KeyedList(parent, {
      key: ({ channel }) => channel.id,
      make: (item) => this.#link(item),
      same: (before, after) => before.drawn === after.drawn,
    });
  }

  #items(channels) {
    const { screen, place } = this.#desk;
    return channels.map((channel) => {
      const current = channel.id === place.where;
      const shown = [
        channel.unread,
        channel.mentions,
        channel.archived,
        channel.is_member,
        screen.titleOf(channel),
      ];
      return { channel, current, drawn: JSON.stringify([shown, current, place.team, place.person]) };
    });
  }

  #link({ channel, current }) {
    const { screen, place } = this.#desk;
    const unread = channel.unread > 0 && !current;
    const kind = KIND_ICONS[channel.kind];
    const marks = { unread, outside: !channel.is_member, archived: channel.archived };
    return h(
      "a",
      {
        class: ["conversation-link", ...Object.keys(marks).filter((each) => marks[each])].join(" "),
        href: place.href({ where: channel.id }),
        "aria-current": current ? "page" : null,
        dataset: { focus: channel.id },
        onclick: (event) => this.#follow(event, channel.id),
      },
      kind ? icon(kind) : h("span", { class: "dot", "aria-hidden": "true" }),
      h("span", { class: "link-name" }, channel.name || screen.titleOf(channel)),
      this.#tags(channel),
      unread && this.#badge(channel),
    );
  }

  #tags({ id, is_member: isMember, archived }) {
    return [
      id === this.#desk.screen.appChannel?.id && h("span", { class: "tag" }, "App"),
      !isMember && h("span", { class: "hidden-text" }, ", you are not in it"),
      archived && h("span", { class: "tag" }, "Archived"),
    ];
  }

  #badge({ unread, mentions }) {
    if (mentions === 0) return h("span", { class: "hidden-text" }, `, ${unread} unread`);
    return h("span", { class: "badge" }, String(mentions), h("span", { class: "hidden-text" }, " unread for you"));
  }

  /** In this tab; with a modifier key the browser opens another. */
  #follow(event, where) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.#desk.place.go({ where, tab: "messages", thread: "" });
  }

  #appButton() {
    const { app } = this.#desk.screen.workspace;
    const button = h(
      "button",
      {
        type: "button",
        class: "conversation-link",
        onclick: () => busyWhile(button, () => this.#open([app.bot_user])),
      },
      h("span", { class: "dot", "aria-hidden": "true" }),
      h("span", { class: "link-name" }, app.name),
      h("span", { class: "tag" }, "App"),
    );
    return button;
  }

  #plus() {
    const start = async () => {
      const chosen = await choosePeople(this.#desk.screen);
      if (chosen.length > 0) await this.#open(chosen);
    };
    return h(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-label": "New direct message",
        title: "New direct message",
        onclick: start,
      },
      icon("plus"),
    );
  }

  async #open(people) {
    try {
      const { channel } = await this.#desk.act("open_dm", { with: people });
      await this.#desk.screen.whenThere(channel);
      this.#desk.place.go({ where: channel });
    } catch (refusal) {
      this.#desk.tell(refusal.message);
    }
  }

  #showTeams() {
    const { id, name, teams } = this.#desk.screen.workspace;
    setText(this.name, name);
    this.teams.hidden = teams.length < 2;
    this.name.classList.toggle("hidden-text", teams.length > 1);
    if (this.teams.dataset.drawn === JSON.stringify(teams) && this.teams.value === id) return;
    this.teams.dataset.drawn = JSON.stringify(teams);
    replace(
      this.teams,
      teams.map((team) => h("option", { value: team.id, selected: team.id === id }, team.name)),
    );
  }

  #switchTeam() {
    this.#desk.place.go({ team: this.teams.value, person: "", where: "" });
  }
}
