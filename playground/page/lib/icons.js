/** The few pictures of the page, as strokes on a 20×20 grid. They say nothing: names are on what holds them. */

import { svg } from "./dom.js";

const PATHS = {
  hash: "M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13M3 12.5h13",
  lock: "M5.5 9.5h9v7h-9zM7 9.5V7a3 3 0 0 1 6 0v2.5",
  pin: "M8 3h5l-.7 5 2.2 3H6.5l2.2-3zM10.5 11v6",
  thread: "M4 4.5h12v8H9.5L6 16v-3.5H4z",
  eye: "M2.5 10s2.7-5 7.5-5 7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4",
  close: "M5 5l10 10M15 5 5 15",
  plus: "M10 4v12M4 10h12",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  down: "M5.5 8l4.5 4.5L14.5 8",
  more: "M4.5 10h1M9.5 10h1M14.5 10h1",
  send: "M3.5 4 17 10 3.5 16l1.5-6zM5 10h6",
  clock: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M10 6v4l3 2",
  people:
    "M7.5 4a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6M2.5 16c0-3 2-4.5 5-4.5s5 1.5 5 4.5M13 4.5a2.5 2.5 0 0 1 0 5M14.5 11.8c2 .5 3 1.9 3 4.2",
  file: "M5 3h6.5L15 6.5V17H5zM11.5 3v3.5H15",
  warning: "M10 3 18 16.5H2zM10 8v4M10 14.2h.01",
  picture: "M3 4.5h14v11H3zM3 13l4-4 3.5 3.5L13 10l4 4",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" },
    svg("path", { d: PATHS[name] }),
  );
}
