/** A list in the page of which only what changed is touched: nodes keep their focus, scroll and selection. */

/** @template Item */
export class KeyedList {
  /** @type {Map<string, {item: Item, node: HTMLElement}>} */
  #shown = new Map();
  #parent;
  #key;
  #make;
  #same;

  /**
   * @param {HTMLElement} parent  holds nothing else
   * @param {{key: (item: Item) => string, make: (item: Item) => HTMLElement,
   *   same?: (before: Item, after: Item) => boolean}} how  `same`: the node may stay as it is
   */
  constructor(parent, { key, make, same = Object.is }) {
    this.#parent = parent;
    this.#key = key;
    this.#make = make;
    this.#same = same;
  }

  /** @param {Item[]} items */
  show(items) {
    const kept = new Map(items.map((item) => [this.#key(item), this.#entry(item)]));
    for (const [key, { node }] of this.#shown) {
      if (kept.get(key)?.node !== node) node.remove();
    }
    this.#shown = kept;
    this.#order();
  }

  clear() {
    this.show([]);
  }

  #entry(item) {
    const before = this.#shown.get(this.#key(item));
    if (before !== undefined && this.#same(before.item, item)) return { item, node: before.node };
    return { item, node: this.#make(item) };
  }

  #order() {
    let next = this.#parent.firstChild;
    for (const { node } of this.#shown.values()) {
      if (node === next) next = next.nextSibling;
      else this.#parent.insertBefore(node, next);
    }
  }
}
