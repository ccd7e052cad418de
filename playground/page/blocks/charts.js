/** `data_visualization`: charts as SVG of our own, each with its numbers as a table for those who cannot see it. */

import { h, svg, uniqueId } from "../lib/dom.js";

const WIDTH = 480;
const HEIGHT = 240;
const PLOT = { left: 48, right: 470, top: 26, bottom: 204 };
const TICKS = 4;
const MOST_LABEL = 12;

/** @param {import("../types.js").Block} block */
export function chart({ title, chart: { type, ...data } }) {
  const titleId = uniqueId("chart");
  const draw = DRAWN.get(type);
  const [series, labels] =
    type === "pie" ? [[pieSeries(data)], data.segments.map((each) => each.label)] : table(data);
  const drawing = svg(
    "svg",
    {
      class: `chart-drawing chart-${type}`,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-labelledby": titleId,
    },
    draw(data),
  );
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", { id: titleId }, title),
    drawing,
    h("div", { class: "chart-legend", "aria-hidden": "true" }, legend(type, data)),
    hiddenTable(title, labels, series),
  );
}

/** Whether there is a drawing for it. */
export function isChart({ chart: content }) {
  return DRAWN.has(content?.type);
}

const DRAWN = new Map([
  ["pie", pie],
  ["bar", (data) => [axes(data), bars(data)]],
  ["line", (data) => [axes(data), lines(data, { filled: false })]],
  ["area", (data) => [axes(data), lines(data, { filled: true })]],
]);

// --- pie --------------------------------------------------------------------------------------------------

function pie({ segments }) {
  const total = segments.reduce((sum, { value }) => sum + value, 0) || 1;
  let turned = 0;
  return segments.map(({ label, value }, index) => {
    const from = turned / total;
    turned += value;
    return svg(
      "path",
      { class: `tone-${index + 1}`, d: slice(from, turned / total) },
      svg("title", null, `${label}: ${value}`),
    );
  });
}

/** A slice between two parts of a whole turn, from the top, clockwise. */
function slice(from, to) {
  const [x, y, radius] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 8];
  if (to - from >= 0.9999) return `M${x} ${y - radius}a${radius} ${radius} 0 1 1-.01 0z`;
  const at = (part) => {
    const angle = part * 2 * Math.PI;
    return `${(x + radius * Math.sin(angle)).toFixed(2)} ${(y - radius * Math.cos(angle)).toFixed(2)}`;
  };
  return `M${x} ${y}L${at(from)}A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}z`;
}

function pieSeries({ segments }) {
  return { name: "Value", values: segments.map((each) => each.value) };
}

// --- bars, lines, areas -----------------------------------------------------------------------------------

function bars({ series, axis_config: { categories } }) {
  const y = scale(series);
  const step = (PLOT.right - PLOT.left) / categories.length;
  const width = (step * 0.7) / series.length;
  return series.flatMap(({ name, data }, index) =>
    data.map(({ label, value }, at) => {
      const x = PLOT.left + at * step + step * 0.15 + index * width;
      const [top, bottom] = [y(Math.max(value, 0)), y(Math.min(value, 0))];
      const shape = { x, y: top, width: Math.max(width - 1, 1), height: Math.max(bottom - top, 1) };
      return svg(
        "rect",
        { class: `tone-${index + 1}`, ...shape },
        svg("title", null, `${name}, ${label}: ${value}`),
      );
    }),
  );
}

function lines({ series, axis_config: { categories } }, { filled }) {
  const y = scale(series);
  const step = (PLOT.right - PLOT.left) / categories.length;
  return series.map(({ name, data }, index) => {
    const points = data.map(({ value }, at) => [PLOT.left + (at + 0.5) * step, y(value)]);
    const path = points.map(([x, height], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${height.toFixed(1)}`).join("");
    const ground = `L${points.at(-1)[0]} ${y(0)}L${points[0][0]} ${y(0)}z`;
    return svg(
      "g",
      { class: `tone-${index + 1}` },
      svg("title", null, name),
      filled && svg("path", { class: "chart-area", d: path + ground }),
      svg("path", { class: "chart-line", d: path }),
      points.map(([x, height]) => svg("circle", { cx: x, cy: height, r: 3 })),
    );
  });
}

function axes({ series, axis_config: { categories, x_label, y_label } }) {
  const y = scale(series);
  const step = (PLOT.right - PLOT.left) / categories.length;
  const every = Math.ceil((categories.length * 48) / (PLOT.right - PLOT.left)); // labels must not overlap
  const shown = categories.map((label, at) => ({ label, at })).filter(({ at }) => at % every === 0);
  return svg(
    "g",
    { class: "chart-axes" },
    ticks(series).map((value) => [
      svg("line", { x1: PLOT.left, x2: PLOT.right, y1: y(value), y2: y(value) }),
      svg("text", { x: PLOT.left - 6, y: y(value) + 4, "text-anchor": "end" }, compact(value)),
    ]),
    shown.map(({ label, at }) =>
      svg("text", { x: PLOT.left + (at + 0.5) * step, y: PLOT.bottom + 16, "text-anchor": "middle" }, cut(label)),
    ),
    x_label && svg("text", { x: (PLOT.left + PLOT.right) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, x_label),
    y_label && svg("text", { x: 4, y: 12 }, y_label),
  );
}

/** Value → height in the drawing; zero is always in it. */
function scale(series) {
  const marks = ticks(series);
  const [least, most] = [marks[0], marks.at(-1)];
  const height = PLOT.bottom - PLOT.top;
  return (value) => PLOT.bottom - ((value - least) / (most - least || 1)) * height;
}

function ticks(series) {
  const values = series.flatMap((each) => each.data.map((point) => point.value));
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const rounded = roundStep((most - least) / TICKS || 1);
  const areWhole = series.every(({ data }) => data.every(({ value }) => Number.isInteger(value)));
  const step = areWhole ? Math.ceil(rounded) : rounded; // nobody counts a quarter of an ask
  const [first, last] = [Math.floor(least / step), Math.ceil(most / step)];
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}

/** The next of 1, 2, 2.5, 5, 10 × a power of ten. */
function roundStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 2.5, 5, 10].find((each) => each * power >= step) * power;
}

function compact(value) {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 }).format(value);
}

function cut(label) {
  return label.length > MOST_LABEL ? `${label.slice(0, MOST_LABEL - 1)}…` : label;
}

// --- the same in words ------------------------------------------------------------------------------------

function legend(type, data) {
  const named =
    type === "pie"
      ? data.segments.map(({ label, value }) => `${label} ${value}`)
      : data.series.map((each) => each.name);
  return named.map((name, index) => h("span", null, h("i", { class: `tone-${index + 1}` }), name));
}

function table({ series, axis_config: { categories } }) {
  return [series.map(({ name, data }) => ({ name, values: data.map((each) => each.value) })), categories];
}

function hiddenTable(title, labels, series) {
  return h(
    "table",
    { class: "hidden-text" },
    h("caption", null, title),
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        h("th", { scope: "col" }, "Category"),
        series.map(({ name }) => h("th", { scope: "col" }, name)),
      ),
    ),
    h(
      "tbody",
      null,
      labels.map((label, at) =>
        h(
          "tr",
          null,
          h("th", { scope: "row" }, label),
          series.map(({ values }) => h("td", null, values[at])),
        ),
      ),
    ),
  );
}
