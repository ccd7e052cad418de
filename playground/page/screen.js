/** What one person sees, as the server keeps it current. Also the reader for whom texts and dates are written. */

/** @typedef {import("./types.js").Channel} Channel */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Person} Person */

const KINDS_BY_NAME = { channel: 0, group: 0, im: 1, mpim: 1 };

export class Screen {
  /** @type {Map<string, any>} */
  #parts = new Map();
  /** Conversation → ts → message. @type {Map<string, Map<string, Message>>} */
  #messages = new Map();
  /** Grows when a name or a date may read differently now: then texts are written anew. */
  names = 0;
  /** Conversation → who waits for it to come. @type {Map<string, (() => void)[]>} */
  #awaited = new Map();

  /** @param {(channel: string) => string} hrefOf  the address of a conversation on this page */
  constructor(hrefOf) {
    this.hrefOf = hrefOf;
  }

  /** @param {import("./live.js").Frame} frame @param {boolean} first  forget what was there before */
  apply({ set, gone }, first) {
    if (first) {
      this.#parts.clear();
      this.#messages.clear();
      this.names += 1;
    }
    for (const [key, value] of Object.entries(set)) this.#put(key, value);
    for (const key of gone) this.#drop(key);
    for (const id of [...this.#awaited.keys()].filter((each) => this.channel(each) !== undefined)) {
      const waiting = this.#awaited.get(id);
      this.#awaited.delete(id);
      for (const go of waiting) go();
    }
  }

  // --- the viewer ------------------------------------------------------------------------------------------

  /** @returns {Person | undefined}  undefined before the first frame */
  get viewer() {
    return this.person(this.#parts.get("me"));
  }

  get locale() {
    return this.viewer.locale;
  }

  get tz() {
    return this.viewer.tz;
  }

  /** The moved clock's seconds. */
  now() {
    return Date.now() / 1000 + (this.#parts.get("clock")?.offset_seconds ?? 0);
  }

  get workspace() {
    return this.#parts.get("workspace");
  }

  get story() {
    return this.#parts.get("story") ?? null;
  }

  /** @returns {import("./types.js").View[]}  the top one last */
  get modals() {
    return this.#parts.get("modals") ?? [];
  }

  /** @returns {import("./types.js").View | null} */
  get home() {
    return this.#parts.get("home") ?? null;
  }

  /** Subcommands. @returns {{word: string, what: string}[]} */
  get completions() {
    return this.#parts.get("completions") ?? [];
  }

  // --- people and conversations ----------------------------------------------------------------------------

  /** @param {string} id @returns {Person | undefined} */
  person(id) {
    return this.#parts.get(`person:${id}`);
  }

  /** Who wrote something: Slack itself is nobody of the people. @param {string} id */
  nameOf(id) {
    return id === "USLACKBOT" ? "Slackbot" : (this.person(id)?.name ?? "unknown");
  }

  /** @returns {Person[]} */
  get people() {
    return this.#all("person:").sort((one, other) => one.name.localeCompare(other.name, "pl"));
  }

  /** @param {string} id @returns {Channel | undefined} */
  channel(id) {
    return this.#parts.get(`channel:${id}`);
  }

  /** Resolves once the viewer sees this conversation: an answer may come before it does. @param {string} id */
  async whenThere(id) {
    if (this.channel(id) !== undefined) return;
    await new Promise((resolve) => {
      this.#awaited.set(id, [...(this.#awaited.get(id) ?? []), resolve]);
    });
  }

  /** Channels first, each kind by name. @returns {Channel[]} */
  get channels() {
    const rank = (channel) => `${KINDS_BY_NAME[channel.kind]} ${this.titleOf(channel)}`;
    return this.#all("channel:").sort((one, other) => rank(one).localeCompare(rank(other), "pl"));
  }

  /** The conversation of the app and the viewer, if they ever spoke. @returns {Channel | undefined} */
  get appChannel() {
    const bot = this.workspace.app.bot_user;
    return this.channels.find((each) => each.kind === "im" && each.members.includes(bot));
  }

  /** Whether this is the app's conversation, with a Home tab beside the messages. @param {string} id */
  isWithApp(id) {
    return this.workspace.app.home_tab && id !== "" && id === this.appChannel?.id;
  }

  /** Whom a direct message is with, without the viewer. @param {Channel} channel @returns {string[]} */
  othersIn(channel) {
    return channel.members.filter((id) => id !== this.viewer.id);
  }

  /** @param {Channel} channel */
  titleOf(channel) {
    if (channel.name) return `#${channel.name}`;
    const others = this.othersIn(channel).map((id) => this.nameOf(id));
    return others.length > 0 ? others.join(", ") : `${this.viewer.name} (you)`;
  }

  // --- messages --------------------------------------------------------------------------------------------

  /** Oldest first, without what stands in threads. @param {string} channel */
  messages(channel) {
    return this.#sorted(channel).filter((each) => each.thread === null);
  }

  /** @param {string} channel @param {string} ts */
  replies(channel, ts) {
    return this.#sorted(channel).filter((each) => each.thread === ts);
  }

  /** Thread → its replies, oldest first. @param {string} channel @returns {Map<string, Message[]>} */
  threads(channel) {
    const threads = new Map();
    for (const message of this.#sorted(channel)) {
      if (message.thread === null) continue;
      threads.set(message.thread, [...(threads.get(message.thread) ?? []), message]);
    }
    return threads;
  }

  /** @param {string} channel @param {string} ts @returns {Message | undefined} */
  message(channel, ts) {
    return this.#messages.get(channel)?.get(ts);
  }

  /** The newest of all, threads too. @param {string} channel */
  newest(channel) {
    return this.#sorted(channel).at(-1);
  }

  #sorted(channel) {
    return [...(this.#messages.get(channel)?.values() ?? [])].sort((one, other) => (one.ts < other.ts ? -1 : 1));
  }

  // --- parts -----------------------------------------------------------------------------------------------

  #all(prefix) {
    return [...this.#parts].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
  }

  #put(key, value) {
    if (key.startsWith("message:")) {
      this.#putMessage(value);
      return;
    }
    if (readsDifferently(key, this.#parts.get(key), value)) this.names += 1;
    this.#parts.set(key, value);
  }

  #putMessage(message) {
    if (!this.#messages.has(message.channel)) this.#messages.set(message.channel, new Map());
    this.#messages.get(message.channel).set(message.ts, message);
  }

  #drop(key) {
    const [kind, channel, ts] = key.split(":");
    if (kind === "message") this.#messages.get(channel)?.delete(ts);
    else if (this.#parts.delete(key)) this.names += 1;
  }
}

/** Whether texts that are shown already would be written differently now. */
function readsDifferently(key, before, after) {
  if (key === "clock") return before?.offset_seconds !== after.offset_seconds;
  if (key.startsWith("person:")) return ["name", "tz", "locale"].some((each) => before?.[each] !== after[each]);
  return key.startsWith("channel:") && before?.name !== after.name;
}
