/** Moments in a person's zone and language. The same as `playground/rendering.py` tells the tests. */

/** @typedef {{locale: string, tz: string, now: () => number}} Reader  `now`: the moved clock's seconds */

const DAY_SECONDS = 86_400;
const DATE_STYLES = { date_short: "medium", date: "long", date_long: "full" };
const TIME_STYLES = { time: "short", time_secs: "medium" };
const NEAR = ["yesterday", "today", "tomorrow"]; // of Slack's own interface, which the playground has in English

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** Making a format costs a hundred times more than using it. */
function format(seconds, locale, options) {
  const key = `${locale} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key).format(seconds * 1000);
}

/** "2027-01-10". @param {number} seconds @param {string} tz */
export function isoDay(seconds, tz) {
  return format(seconds, "sv-SE", { timeZone: tz, year: "numeric", month: "2-digit", day: "2-digit" });
}

/** "2027-01-10 09:00", as the act `fill` takes date and time. @param {number} seconds @param {string} tz */
export function isoMinute(seconds, tz) {
  const time = format(seconds, "sv-SE", { timeZone: tz, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `${isoDay(seconds, tz)} ${time}`;
}

/** "14:05" or "2:05 PM". @param {number} seconds @param {Reader} reader */
export function timeOfDay(seconds, { locale, tz }) {
  return format(seconds, locale, { timeStyle: "short", timeZone: tz });
}

/** The whole moment, for a tooltip. @param {number} seconds @param {Reader} reader */
export function wholeMoment(seconds, { locale, tz }) {
  return format(seconds, locale, { dateStyle: "full", timeStyle: "medium", timeZone: tz });
}

/** "Mon 24 Nov 2025". @param {number} seconds @param {string} tz @param {string} language  the page's own */
export function shortDay(seconds, tz, language) {
  const day = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
  return format(seconds, language === "en" ? "en-GB" : language, { ...day, timeZone: tz }).replace(",", "");
}

/** "Today", or "Monday 24 November 2025". @param {number} seconds @param {Reader} reader */
export function dayHeading(seconds, reader) {
  const { tz } = reader;
  const day = isoDay(seconds, tz);
  if (day === isoDay(reader.now(), tz)) return "Today";
  if (day === isoDay(reader.now() - DAY_SECONDS, tz)) return "Yesterday";
  return format(seconds, "en-GB", { dateStyle: "full", timeZone: tz });
}

/**
 * Slack's `<!date^…>`: a pattern such as "{date_short_pretty} at {time}". Unknown tokens stay.
 *
 * @param {number} seconds
 * @param {string} pattern
 * @param {Reader} reader
 */
export function patterned(seconds, pattern, reader) {
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => tokenText(seconds, token, reader) ?? whole);
}

function tokenText(seconds, token, reader) {
  const { locale, tz } = reader;
  if (token === "date_num") return isoDay(seconds, tz);
  if (token in TIME_STYLES) return format(seconds, locale, { timeStyle: TIME_STYLES[token], timeZone: tz });
  const style = token.replace(/_pretty$/, "");
  const near = style === token ? undefined : nearDay(seconds, reader);
  if (near !== undefined) return near;
  return style in DATE_STYLES
    ? format(seconds, locale, { dateStyle: DATE_STYLES[style], timeZone: tz })
    : undefined;
}

function nearDay(seconds, reader) {
  const { tz } = reader;
  const day = Date.parse(isoDay(seconds, tz));
  const today = Date.parse(isoDay(reader.now(), tz));
  return NEAR[(day - today) / (DAY_SECONDS * 1000) + 1];
}
