/** What a person does, told to the server. */

import { word } from "./words.js";

/** Slack's client would not let them, or the playground does not answer: the message says which. */
export class Refused extends Error {
  /** Whether the form itself shows why. */
  atFields = false;
}

/**
 * @param {string} name
 * @param {object} args
 * @returns {Promise<any>}
 * @throws {Refused}
 */
export async function post(name, args) {
  const answer = await answered(name, args);
  const refusal = answer.cannot ?? answer.problem;
  if (refusal !== undefined)
    throw Object.assign(new Refused(sentence(refusal)), { atFields: answer.at_fields === true });
  return answer.value;
}

async function answered(name, args) {
  const headers = { "Content-Type": "application/json" };
  try {
    const response = await fetch(`/playground/${name}`, { method: "POST", headers, body: JSON.stringify(args) });
    return await response.json();
  } catch {
    throw new Refused(word("silent"));
  }
}

/** Refusals are written to stand in a log, too. */
function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(begun) ? begun : `${begun}.`;
}
