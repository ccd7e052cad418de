/**
 * Shapes that several modules share; the server's half of them is described in `playground/screen_state.py`.
 *
 * @typedef {{id: string, handle: string, name: string, title: string, side: "it" | "marketing" | "",
 *   locale: string, tz: string, is_bot: boolean, is_guest: boolean, is_admin: boolean, deleted: boolean}} Person
 *
 * @typedef {{id: string, kind: "channel" | "group" | "im" | "mpim", name: string, members: string[],
 *   archived: boolean, shared: boolean, purpose: string, is_member: boolean, unread: number, mentions: number,
 *   read: string, pins: string[]}} Channel
 *
 * @typedef {{channel: string, ts: string, user: string, text: string, blocks: Block[], bot: boolean,
 *   edited: boolean, ephemeral: boolean, pinned: boolean, thread: string | null, files: File[]}} Message
 *
 * @typedef {{id: string, name: string, title: string, size: number,
 *   url: string | null}} File  without an address: it was deleted
 *
 * @typedef {{type: string, block_id: string} & Record<string, any>} Block
 * @typedef {{type: string, action_id: string} & Record<string, any>} Element_
 * @typedef {{type: "plain_text" | "mrkdwn", text: string, verbatim?: boolean, emoji?: boolean}} TextObject
 *
 * @typedef {object} View  a modal or the Home tab
 * @property {string} id
 * @property {string} hash                          another one for every renewal by the app
 * @property {string | null} title
 * @property {string | null} submit
 * @property {string | null} close
 * @property {Block[]} blocks
 * @property {Record<string, Record<string, any>>} values  block id → action id → Slack's state of the input
 * @property {Record<string, string>} errors        block id → text
 * @property {string | null} trouble                Slack's own red banner
 *
 * @typedef {string | string[] | null} Value        of an input, as the acts `fill` and `choose` take it
 *
 * @typedef {object} Surface                        where blocks stand, and what touching them does
 * @property {import("./screen.js").Screen} reader  for whom texts and dates are written
 * @property {(block: Block, element: Element_, option?: string) => Promise<void>} press
 * @property {(input: Input) => HTMLElement} place  puts an input's control on this surface
 *
 * @typedef {{block: Block, element: Element_}} Input
 *
 * @typedef {object} Control                        an input in the page
 * @property {HTMLElement} node                     all of it
 * @property {HTMLElement} target                   what takes focus and is marked invalid
 * @property {boolean} [grouped]                    several targets under one label
 * @property {() => Value} value
 * @property {(value: Value) => void} put
 *
 * @typedef {object} Desk                           what every part of the page is given
 * @property {import("./screen.js").Screen} screen
 * @property {import("./place.js").Place} place
 * @property {(name: string, args?: object) => Promise<any>} act  raises `Refused`
 * @property {(text: string) => void} tell          a toast
 * @property {() => void} refresh                   everything is looked at again: it is another day, say
 *
 * @typedef {object} Change                         what a part of the page is told to look at
 * @property {Set<string>} keys                     of the live state
 * @property {boolean} first                        another person's screen, or after a reconnection
 * @property {boolean} moved                        another place: conversation, tab, thread
 */

export {};
