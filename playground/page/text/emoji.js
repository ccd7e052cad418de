/** The shortcodes that are shown as emoji; any other stays as it was typed. */

const KNOWN = {
  "+1": "👍",
  "-1": "👎",
  bell: "🔔",
  birthday: "🎂",
  blue_heart: "💙",
  bulb: "💡",
  calendar: "📆",
  chart_with_upwards_trend: "📈",
  clipboard: "📋",
  cucumber: "🥒",
  eyes: "👀",
  handshake: "🤝",
  hedgehog: "🦔",
  hourglass: "⌛",
  house: "🏠",
  large_blue_circle: "🔵",
  large_green_circle: "🟢",
  large_orange_circle: "🟠",
  large_yellow_circle: "🟡",
  lock: "🔒",
  mag: "🔍",
  memo: "📝",
  moneybag: "💰",
  no_entry: "⛔",
  pencil2: "✏️",
  pushpin: "📌",
  question: "❓",
  raised_hands: "🙌",
  red_circle: "🔴",
  rocket: "🚀",
  rotating_light: "🚨",
  smile: "😄",
  slightly_smiling_face: "🙂",
  sos: "🆘",
  sparkles: "✨",
  star: "⭐",
  tada: "🎉",
  thumbsup: "👍",
  thumbsdown: "👎",
  warning: "⚠️",
  wave: "👋",
  white_check_mark: "✅",
  x: "❌",
};

/** The emoji of a name without colons, or undefined. @param {string} name */
export function emojiNamed(name) {
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
}

/** @param {string} text */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emojiNamed(name) ?? whole);
}
