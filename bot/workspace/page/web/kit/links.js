// Links and mentions, the same in mrkdwn, rich text and markdown.

import { el, theirs } from "../dom.js";

/** A link that opens beside the page; an address of another kind than web and mail is shown as text. */
export function link(url, content) {
  let scheme = "";
  try {
    scheme = new URL(url).protocol;
  } catch {
    // no address at all
  }
  if (!["http:", "https:", "mailto:"].includes(scheme)) return el("bdi", {}, content, ` (${url})`);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, el("bdi", {}, content));
}

/** A person by name; the one who looks stands out. */
export const userMention = (surface, id) =>
  el("span", { class: id === surface.me ? "mention mention-me" : "mention" }, theirs(`@${surface.names.user(id)}`));

export const groupMention = (surface, id) => el("span", { class: "mention" }, theirs(`@${surface.names.group(id)}`));
export const channelMention = (surface, id, label) => {
  const name = surface.names.channel(id);
  return el("span", { class: "mention" }, theirs(`#${name === id && label ? label : name}`));
};
export const broadcast = (range) => el("span", { class: "mention mention-me" }, `@${range}`);

const DATES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_pretty: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_short_pretty: { year: "numeric", month: "short", day: "numeric" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  date_long_pretty: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** A moment in Slack's format, in the reader's own time zone. */
export function moment(timestamp, format, fallback) {
  const at = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(at.getTime())) return fallback ?? String(timestamp);
  const text = String(format || "{date_short} {time}").replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "ago") return ago(at);
    return DATES[name] ? new Intl.DateTimeFormat(undefined, DATES[name]).format(at) : whole;
  });
  return el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, text);
}

function ago(at) {
  const minutes = Math.round((at.getTime() - Date.now()) / 60000);
  const spoken = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (Math.abs(minutes) < 60) return spoken.format(minutes, "minute");
  if (Math.abs(minutes) < 60 * 24) return spoken.format(Math.round(minutes / 60), "hour");
  return spoken.format(Math.round(minutes / 60 / 24), "day");
}

const EMOJI = {
  "+1": "👍",
  thumbsup: "👍",
  "-1": "👎",
  thumbsdown: "👎",
  white_check_mark: "✅",
  heavy_check_mark: "✔️",
  x: "❌",
  warning: "⚠️",
  no_entry: "⛔",
  no_entry_sign: "🚫",
  rotating_light: "🚨",
  bell: "🔔",
  eyes: "👀",
  tada: "🎉",
  rocket: "🚀",
  hourglass: "⌛",
  hourglass_flowing_sand: "⏳",
  lock: "🔒",
  unlock: "🔓",
  key: "🔑",
  shield: "🛡️",
  robot_face: "🤖",
  wave: "👋",
  pray: "🙏",
  fire: "🔥",
  bulb: "💡",
  memo: "📝",
  mag: "🔍",
  link: "🔗",
  pushpin: "📌",
  star: "⭐",
  heart: "❤️",
  smile: "😄",
  thinking_face: "🤔",
  question: "❓",
  exclamation: "❗",
  information_source: "ℹ️",
  speech_balloon: "💬",
  calendar: "📅",
  large_green_circle: "🟢",
  large_yellow_circle: "🟡",
  red_circle: "🔴",
  arrow_right: "➡️",
  point_right: "👉",
  clap: "👏",
  100: "💯",
  gear: "⚙️",
  wrench: "🔧",
  hammer_and_wrench: "🛠️",
  package: "📦",
  chart_with_upwards_trend: "📈",
  wastebasket: "🗑️",
};

/** An emoji by name; one that is not known here keeps its name. */
export function emoji(name, unicode) {
  const points = unicode ? unicode.split("-").map((point) => parseInt(point, 16)) : [];
  const drawn =
    points.length && points.every((point) => point > 0 && point <= 0x10ffff)
      ? String.fromCodePoint(...points)
      : EMOJI[name];
  return drawn ? el("span", { role: "img", aria: { label: name.replaceAll("_", " ") } }, drawn) : `:${name}:`;
}
