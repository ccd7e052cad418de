/**
 * What the searchable selects offer.
 *
 * @typedef {{value: string, text: string, note?: string}} Choice
 * @typedef {import("../types.js").Element_} Element_
 * @typedef {import("../screen.js").Screen} Screen
 */

import { plain } from "../text/mrkdwn.js";
import { optionsOf } from "./state.js";

const INCLUDED = { public: "channel", private: "group", im: "im", mpim: "mpim" };

/** @param {Element_} element @returns {Choice[]} */
export function optionChoices(element) {
  return optionsOf(element).map(({ value, text }) => ({ value, text: plain(text) }));
}

/** Everybody who can log in, bots too, as Slack offers them. @returns {Choice[]} */
export function peopleChoices(_element, screen) {
  return screen.people
    .filter((person) => !person.deleted)
    .map((person) => ({ value: person.id, text: person.name, note: `@${person.handle}` }));
}

/** @returns {Choice[]} */
export function channelChoices(_element, screen) {
  return named(screen, (channel) => channel.kind === "channel");
}

/** @param {Element_} element @param {Screen} screen @returns {Choice[]} */
export function conversationChoices({ filter }, screen) {
  const kinds = (filter?.include ?? Object.keys(INCLUDED)).map((each) => INCLUDED[each]);
  const bot = screen.workspace.app.bot_user;
  const withoutBots = filter?.exclude_bot_users ?? false;
  return named(screen, (channel) => {
    const direct = channel.kind === "im" && withoutBots && channel.members.includes(bot);
    return kinds.includes(channel.kind) && !direct;
  });
}

function named(screen, offered) {
  return screen.channels
    .filter((channel) => !channel.archived && offered(channel))
    .map((channel) => ({ value: channel.id, text: screen.titleOf(channel) }));
}
