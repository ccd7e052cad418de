/** One person's screen as it changes, from the server; opened again whenever it is cut off. */

const RETRY_MS = [500, 2000];

/** @typedef {{set: Record<string, any>, gone: string[]}} Frame */

export class Live {
  #socket = null;
  #retry;
  #attempts = 0;
  #viewer = {};
  #told;

  /** @param {{frame: (frame: Frame, first: boolean) => void, connected: (is: boolean) => void}} told */
  constructor(told) {
    this.#told = told;
  }

  /** From now on this person's screen. @param {{team: string, person: string}} viewer  empty: whoever is first */
  watch(viewer) {
    this.#viewer = viewer;
    this.#attempts = 0;
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#socket?.close();
    const socket = new WebSocket(this.#address());
    let first = true;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      if (first) this.#told.connected(true);
      this.#attempts = 0;
      this.#told.frame(JSON.parse(data), first);
      first = false;
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#again();
    };
  }

  #again() {
    this.#told.connected(false);
    const delay = RETRY_MS[Math.min(this.#attempts, RETRY_MS.length - 1)];
    this.#attempts += 1;
    this.#retry = setTimeout(() => this.#connect(), delay);
  }

  #address() {
    const chosen = Object.entries(this.#viewer).filter(([, id]) => id !== "");
    return socketAddress(`/playground/live?${new URLSearchParams(chosen)}`);
  }
}

/** @param {string} path */
export function socketAddress(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}
