// Slack's mrkdwn to elements: code, quotes, bold, italic, strike, links, mentions, dates, emoji, escapes.

import { el, theirs } from "../dom.js";
import { broadcast, channelMention, emoji, groupMention, link, moment, userMention } from "./links.js";

const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const INLINE = new RegExp(
  [
    "(?<control><[^<>\\n]+>)",
    "`(?<code>[^`\\n]+)`",
    "(?<![\\w:]):(?<emoji>[a-z0-9_+'-]+):(?!\\w)",
    "(?<![\\w*])\\*(?<bold>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\w*])",
    "(?<![\\w_])_(?<italic>[^\\s_](?:[^_\\n]*[^\\s_])?)_(?![\\w_])",
    "(?<![\\w~])~(?<strike>[^\\s~](?:[^~\\n]*[^\\s~])?)~(?![\\w~])",
  ].join("|"),
  "g",
);

/** The nodes for an mrkdwn text. */
export function mrkdwn(text, surface) {
  const nodes = [];
  text.split("```").forEach((part, place, parts) => {
    const isCode = place % 2 === 1 && place < parts.length - 1;
    if (isCode) nodes.push(el("pre", {}, el("code", {}, theirs(controlsAsText(part.replace(/^\n|\n$/g, ""))))));
    else nodes.push(...lines(place % 2 === 1 ? "```" + part : part, surface));
  });
  return nodes;
}

const controlsAsText = (text) =>
  unescaped(text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, target, label) => label || target));

function lines(text, surface) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, place) => {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted) {
      if (quote) quote.append(el("br"));
      else nodes.push((quote = el("blockquote")));
      quote.append(...inline(quoted[1], surface));
      return;
    }
    if (place > 0 && !quote) nodes.push(el("br"));
    quote = null;
    nodes.push(...inline(line, surface));
  });
  return nodes;
}

function inline(text, surface) {
  const nodes = [];
  let from = 0;
  const plain = (until) => until > from && nodes.push(theirs(unescaped(text.slice(from, until))));
  for (const match of text.matchAll(INLINE)) {
    plain(match.index);
    from = match.index + match[0].length;
    const { control, code, emoji: name, bold, italic, strike } = match.groups;
    if (control) nodes.push(controlled(control.slice(1, -1), surface));
    else if (code) nodes.push(el("code", {}, theirs(controlsAsText(code))));
    else if (name) nodes.push(emoji(name));
    else if (bold) nodes.push(el("strong", {}, inline(bold, surface)));
    else if (italic) nodes.push(el("em", {}, inline(italic, surface)));
    else nodes.push(el("s", {}, inline(strike, surface)));
  }
  plain(text.length);
  return nodes;
}

function controlled(inside, surface) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescaped(inside.slice(bar + 1));
  if (target.startsWith("@")) return userMention(surface, target.slice(1));
  if (target.startsWith("#")) return channelMention(surface, target.slice(1), label);
  if (target.startsWith("!subteam^")) return groupMention(surface, target.slice(9));
  if (target.startsWith("!date^")) {
    const [, timestamp, format] = target.split("^");
    return moment(timestamp, format, label);
  }
  if (target.startsWith("!")) return broadcast(target.slice(1).split("^")[0]);
  const url = unescaped(target);
  return link(url, label || url);
}

/** A text object of either kind, in one element. */
export function textObject(text, surface, tag = "span", props = {}) {
  if (!text) return null;
  const nodes = text.type === "mrkdwn" ? mrkdwn(text.text, surface) : plain(text.text);
  return el(tag, { class: `text text-${text.type}`, ...props }, nodes);
}

/** plain_text: line breaks and emoji names, and nothing else. */
export function plain(text) {
  return text
    .split("\n")
    .flatMap((line, place) => [
      place > 0 ? el("br") : null,
      ...line.split(/(:[a-z0-9_+'-]+:)/).map((part, at) => (at % 2 ? emoji(part.slice(1, -1)) : theirs(part))),
    ]);
}
