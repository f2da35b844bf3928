// rich_text: sections, lists, quotes and preformatted text, and all the parts that they are made of.

import { el, theirs } from "../dom.js";
import { broadcast, channelMention, emoji, groupMention, link, moment, userMention } from "./links.js";

const STYLES = {
  bold: "strong",
  italic: "em",
  strike: "s",
  code: "code",
  underline: "u",
  highlight: "mark",
  client_highlight: "mark",
};

const PARTS = {
  text: (part) => lines(part.text),
  link: (part) => link(part.url, part.text || part.url),
  emoji: (part) => emoji(part.name, part.unicode),
  user: (part, surface) => userMention(surface, part.user_id),
  usergroup: (part, surface) => groupMention(surface, part.usergroup_id),
  channel: (part, surface) => channelMention(surface, part.channel_id),
  team: (part) => el("span", { class: "mention" }, theirs(part.team_id)),
  broadcast: (part) => broadcast(part.range),
  date: (part) =>
    part.url
      ? link(part.url, moment(part.timestamp, part.format, part.fallback))
      : moment(part.timestamp, part.format, part.fallback),
  color: (part) => el("code", {}, theirs(part.value)),
};

const lines = (text) =>
  text.split("\n").flatMap((line, place) => [place > 0 ? el("br") : null, line ? theirs(line) : null]);

function run(elements, surface) {
  return elements.map((part) => {
    const drawn = (PARTS[part.type] ?? ((other) => theirs(other.text ?? other.fallback ?? "")))(part, surface);
    return Object.keys(part.style ?? {}).reduce(
      (inner, name) => (part.style[name] && STYLES[name] ? el(STYLES[name], {}, inner) : inner),
      drawn,
    );
  });
}

const SECTIONS = {
  rich_text_section: (section, surface) => el("div", { class: "rich-section" }, run(section.elements, surface)),
  rich_text_quote: (section, surface) => el("blockquote", {}, run(section.elements, surface)),
  rich_text_preformatted: (section, surface) =>
    el(
      "pre",
      { tabindex: 0, aria: { label: section.language ? `Code, ${section.language}` : "Code" } },
      el("code", {}, run(section.elements, surface)),
    ),
  rich_text_list: (section, surface) =>
    el(
      section.style === "ordered" ? "ol" : "ul",
      { class: `indent-${section.indent ?? 0}`, start: section.offset ? section.offset + 1 : null },
      section.elements.map((item) => el("li", {}, run(item.elements, surface))),
    ),
};

/** A rich_text block. */
export function richText(block, surface) {
  const sections = block.elements.map((section) => SECTIONS[section.type]?.(section, surface));
  return el("div", { class: "rich" }, sections);
}

/** What somebody typed into a rich_text_input, as the block that Slack makes of it. */
export const asRichText = (text) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});

/** The text in a rich_text block, for a box to type in. */
export const plainOf = (block) =>
  (block?.elements ?? [])
    .map((section) => (section.elements ?? []).map((part) => part.text ?? part.url ?? "").join(""))
    .join("\n");

export const RICH_PARTS = [...Object.keys(PARTS), ...Object.keys(SECTIONS)];
