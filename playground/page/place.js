/** Who looks at what. It stands in the address, so that a reload keeps it and two tabs can be two people. */

/**
 * @typedef {object} Spot
 * @property {string} team
 * @property {string} person
 * @property {string} where                conversation id
 * @property {"messages" | "home"} tab
 * @property {string} thread               ts of its parent, "" if none is open
 */

/** As a conversation: the app's, whichever that is for the person who is to look. */
export const WITH_APP = "app";

const NOWHERE = { team: "", person: "", where: "", tab: "messages", thread: "" };

export class Place {
  /** @type {Spot} */
  #spot = read(location.hash);
  /** Person → the conversation they were in last. @type {Map<string, string>} */
  #last = new Map();
  #moved;
  /** Whether the address named nobody. */
  arrivedPlain = this.#spot.person === "";

  /** @param {(before: Spot, after: Spot) => void} moved */
  constructor(moved) {
    this.#moved = moved;
    window.addEventListener("popstate", () => this.#arrive(read(location.hash)));
  }

  get team() {
    return this.#spot.team;
  }

  get person() {
    return this.#spot.person;
  }

  get where() {
    return this.#spot.where;
  }

  get tab() {
    return this.#spot.tab;
  }

  get thread() {
    return this.#spot.thread;
  }

  /** Somewhere else; another conversation begins with its messages. @param {Partial<Spot>} to */
  go(to) {
    const spot = this.#next(to);
    const hash = written(spot);
    if (hash !== location.hash) history.pushState(null, "", hash);
    this.#arrive(spot);
  }

  /** Nobody moves: the address names what is shown. @param {Partial<Spot>} to */
  correct(to) {
    this.#spot = { ...this.#spot, ...to };
    this.#remember();
    history.replaceState(null, "", written(this.#spot));
  }

  /** The address of it. @param {Partial<Spot>} to */
  href(to) {
    return written(this.#next(to));
  }

  /** Where this person was last. @param {string} person */
  lastOf(person) {
    return this.#last.get(person) ?? "";
  }

  #next(to) {
    const elsewhere = ["team", "person", "where"].some((key) => key in to && to[key] !== this.#spot[key]);
    return { ...this.#spot, ...(elsewhere ? { tab: "messages", thread: "" } : {}), ...to };
  }

  #arrive(spot) {
    const before = this.#spot;
    this.#spot = spot;
    this.#remember();
    this.#moved(before, spot);
  }

  #remember() {
    const { person, where } = this.#spot;
    if (where !== "" && where !== WITH_APP) this.#last.set(person, where);
  }
}

/** `#/T0PIKUS/U0ANNA/C0GENERAL`, then `/home` or the ts of a thread. */
function written({ team, person, where, tab, thread }) {
  const parts = [team, person, where, tab === "home" ? "home" : thread];
  return `#/${parts.filter(Boolean).map(encodeURIComponent).join("/")}`;
}

/** @returns {Spot} */
function read(hash) {
  const [team, person, where, more] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  const spot = { team, person, where, ...(more === "home" ? { tab: more } : { thread: more }) };
  return { ...NOWHERE, ...Object.fromEntries(Object.entries(spot).filter(([, value]) => value)) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
