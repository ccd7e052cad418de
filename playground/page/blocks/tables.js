/** `table` and `data_table`. */

import { h } from "../lib/dom.js";
import { richText } from "../text/rich.js";

/** @param {import("../types.js").Block} block @param {import("../types.js").Surface} surface */
export function table({ rows, column_settings: columns = [] }, { reader }) {
  const cells = (row) =>
    row.map((cell, at) => h("td", { class: aligned(cell, columns[at]) }, content(cell, reader)));
  return scrollable(
    "Table",
    h(
      "tbody",
      null,
      rows.map((row) => h("tr", null, cells(row))),
    ),
  );
}

/** The first row is the header; one column names its row. */
export function dataTable({ rows, caption, row_header_column_index: naming = 0 }, { reader }) {
  const [header, ...body] = rows;
  const cell = (each, at) =>
    at === naming
      ? h("th", { scope: "row" }, content(each, reader))
      : h("td", { class: aligned(each) }, content(each, reader));
  return scrollable(
    caption,
    h("caption", null, caption),
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        header.map((each) => h("th", { scope: "col", class: aligned(each) }, content(each, reader))),
      ),
    ),
    h(
      "tbody",
      null,
      body.map((row) => h("tr", null, row.map(cell))),
    ),
  );
}

/** A wide table scrolls by itself, with the keyboard, too. */
function scrollable(name, ...children) {
  return h(
    "div",
    { class: "table-frame", tabindex: "0", role: "region", "aria-label": name },
    h("table", null, children),
  );
}

function content(cell, reader) {
  return cell.type === "rich_text" ? richText(cell, reader) : String(cell.text ?? cell.value ?? "");
}

function aligned(cell, column) {
  return `align-${column?.align ?? (cell.type === "raw_number" ? "right" : "left")}`;
}
