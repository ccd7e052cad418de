/**
 * The inputs themselves, without label and hint.
 *
 * @typedef {object} Setting
 * @property {import("../screen.js").Screen} reader
 * @property {string} id                    of the target, for its label
 * @property {Record<string, any>} naming   ARIA attributes that name and describe the target
 * @property {() => void} edited            its value is another than was told
 * @property {() => void} commit            what was edited is to be told
 *
 * @typedef {import("../types.js").Element_} Element_
 * @typedef {import("../types.js").Control} Control
 */

import { h } from "../lib/dom.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { combobox } from "./combobox.js";
import { channelChoices, conversationChoices, optionChoices, peopleChoices } from "./choices.js";
import { optionsOf } from "./state.js";

const TYPING_MS = 900; // a date is whole after the first digit of its year already

/** @type {Map<string, (element: Element_, setting: Setting) => Control>} */
export const CONTROLS = new Map([
  ["plain_text_input", (element, setting) => text(element, setting, {})],
  ["number_input", (element, setting) => text(element, setting, { inputmode: "decimal" })],
  ["email_text_input", (element, setting) => text(element, setting, { inputmode: "email" })],
  ["url_text_input", (element, setting) => text(element, setting, { inputmode: "url" })],
  ["rich_text_input", (element, setting) => text({ ...element, multiline: true }, setting, {})],
  ["datepicker", (_element, setting) => moment("date", setting)],
  ["timepicker", (_element, setting) => moment("time", setting)],
  ["datetimepicker", (_element, setting) => moment("datetime-local", setting)],
  ["static_select", select],
  ["radio_buttons", (element, setting) => boxes("radio", element, setting)],
  ["checkboxes", (element, setting) => boxes("checkbox", element, setting)],
  ["multi_static_select", chosenFrom(optionChoices, { many: true })],
  ["users_select", chosenFrom(peopleChoices, { many: false })],
  ["multi_users_select", chosenFrom(peopleChoices, { many: true })],
  ["conversations_select", chosenFrom(conversationChoices, { many: false })],
  ["multi_conversations_select", chosenFrom(conversationChoices, { many: true })],
  ["channels_select", chosenFrom(channelChoices, { many: false })],
  ["multi_channels_select", chosenFrom(channelChoices, { many: true })],
  ["file_input", fileInput],
]);

function chosenFrom(choices, { many }) {
  return (element, setting) =>
    combobox(setting, { many, choices: () => choices(element, setting.reader), placeholder: hintIn(element) });
}

function hintIn(element) {
  return element.placeholder ? plain(element.placeholder) : null;
}

function text(element, { id, naming, edited, commit }, props) {
  const tag = element.multiline ? "textarea" : "input";
  const node = h(tag, {
    id,
    class: "text-input",
    type: tag === "input" ? "text" : null,
    rows: element.multiline ? 4 : null,
    maxlength: element.max_length,
    minlength: element.min_length,
    placeholder: hintIn(element),
    autocomplete: "off",
    ...props,
    ...naming,
    oninput: edited,
    onchange: commit,
  });
  return { node, target: node, value: () => node.value || null, put: (value) => (node.value = value ?? "") };
}

function moment(type, { id, naming, edited, commit }) {
  let waiting;
  const node = h("input", { id, class: "text-input", type, ...naming });
  const told = () => {
    clearTimeout(waiting);
    if (!/^0/.test(node.value) || type === "time") commit(); // not while a year begins with zeros
  };
  node.addEventListener("input", () => {
    edited();
    clearTimeout(waiting);
    waiting = setTimeout(told, TYPING_MS);
  });
  node.addEventListener("blur", told);
  return {
    node,
    target: node,
    value: () => node.value.replace("T", " ") || null,
    put: (value) => (node.value = (value ?? "").replace(" ", "T")),
  };
}

function select(element, { id, naming, edited, commit }) {
  const options = (list) => list.map((each) => h("option", { value: each.value }, plain(each.text)));
  const onchange = () => {
    edited();
    commit();
  };
  const node = h(
    "select",
    { id, class: "select", ...naming, onchange },
    h("option", { value: "" }, hintIn(element) ?? "Choose an option"),
    element.options
      ? options(element.options)
      : element.option_groups.map(({ label, options: held }) =>
          h("optgroup", { label: plain(label) }, options(held)),
        ),
  );
  return { node, target: node, value: () => node.value || null, put: (value) => (node.value = value ?? "") };
}

function boxes(type, element, { id, reader, naming, edited, commit }) {
  const onchange = () => {
    edited();
    commit();
  };
  const inputs = optionsOf(element).map((option) => h("input", { type, name: id, value: option.value, onchange }));
  const labels = optionsOf(element).map((option, at) =>
    h(
      "label",
      { class: "choice" },
      inputs[at],
      h(
        "span",
        { class: "text" },
        textObject(option.text, reader),
        option.description && h("small", null, textObject(option.description, reader)),
      ),
    ),
  );
  const many = type === "checkbox";
  const node = h("div", { id, class: "choices", role: many ? "group" : "radiogroup", ...naming }, labels);
  const checked = () => inputs.filter((each) => each.checked).map((each) => each.value);
  const put = (value) => {
    for (const each of inputs) each.checked = [value].flat().includes(each.value);
  };
  return { node, target: node, grouped: true, value: () => (many ? checked() : (checked()[0] ?? null)), put };
}

/** A form never waits for it: it has no value. */
function fileInput(_element, { id, naming }) {
  const node = h(
    "p",
    { id, class: "not-here", role: "note", ...naming },
    "Uploading files is not in the playground.",
  );
  return { node, target: node, grouped: true, value: () => null, put: () => {} };
}
