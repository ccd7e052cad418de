/** Slack's state of an input (`{"type": …, "selected_option": …}`) and the value that the acts take. */

import { isoMinute } from "../text/dates.js";

const KEYS = {
  static_select: "selected_option",
  radio_buttons: "selected_option",
  multi_static_select: "selected_options",
  checkboxes: "selected_options",
  users_select: "selected_user",
  multi_users_select: "selected_users",
  conversations_select: "selected_conversation",
  multi_conversations_select: "selected_conversations",
  channels_select: "selected_channel",
  multi_channels_select: "selected_channels",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
  rich_text_input: "rich_text_value",
};

/**
 * @param {import("../types.js").Element_} element
 * @returns {Record<string, any>}  the state of an input that nobody has touched
 */
export function initialState(element) {
  const key = KEYS[element.type] ?? "value";
  return { type: element.type, [key]: element[`initial_${key.replace(/^(selected|rich_text)_/, "")}`] ?? null };
}

/**
 * @param {Record<string, any>} state
 * @param {{tz: string}} reader
 * @returns {import("../types.js").Value}
 */
export function inputValue(state, { tz }) {
  const value = state[KEYS[state.type] ?? "value"] ?? null;
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((each) => each.value ?? each);
  if (state.type === "datetimepicker") return isoMinute(value, tz);
  if (state.type === "rich_text_input") return richTextWords(value);
  return typeof value === "object" ? value.value : String(value);
}

function richTextWords(thing) {
  return typeof thing === "string" ? thing : (thing.elements ?? []).map(richTextWords).join("") || thing.text || "";
}

/** @param {import("../types.js").Element_} element @returns {any[]} */
export function optionsOf(element) {
  return element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
}
