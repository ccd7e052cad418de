/**
 * Builds the page from nodes. Nothing here parses HTML: whatever a person typed becomes a text node.
 *
 * @typedef {Node | string | number | null | undefined | false | Child[]} Child
 */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "selected", "textContent"]);

/**
 * An element: `class`, `dataset`, listeners (`onclick`), attributes (false, null: left out; true: ""), children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  return assembled(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function svg(tag, props, ...children) {
  return assembled(document.createElementNS(SVG, tag), props, children);
}

/** Other children for a node that stays. @param {Element} node @param {...Child} children */
export function replace(node, ...children) {
  node.replaceChildren(...solid(children));
}

/** Only touches the page if something changes: a live region would be read out again. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

let ids = 0;

/** An id that no other element has. */
export function uniqueId(prefix) {
  ids += 1;
  return `${prefix}-${ids}`;
}

function assembled(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  node.append(...solid(children));
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (PROPERTIES.has(name)) node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

function solid(children) {
  return children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false);
}
