// The markdown block: standard Markdown as far as Slack shows it.

import { el, theirs } from "../dom.js";
import { emoji, link } from "./links.js";

const INLINE =
  /`(?<code>[^`]+)`|\*\*(?<bold>[^*]+)\*\*|(?<![\w*])\*(?<em>[^*\s](?:[^*]*[^*\s])?)\*(?!\*)|(?<![\w_])_(?<em2>[^_]+)_(?!\w)|~~(?<strike>[^~]+)~~|!?\[(?<label>[^\]]*)\]\((?<url>[^)\s]+)\)|(?<bare>https?:\/\/[^\s<>)]+)|:(?<emoji>[a-z0-9_+-]+):/g;

function inline(text) {
  const nodes = [];
  let from = 0;
  const plain = (until) => until > from && nodes.push(theirs(text.slice(from, until)));
  for (const match of text.matchAll(INLINE)) {
    plain(match.index);
    from = match.index + match[0].length;
    const { code, bold, em, em2, strike, label, url, bare, emoji: name } = match.groups;
    if (code) nodes.push(el("code", {}, theirs(code)));
    else if (bold) nodes.push(el("strong", {}, inline(bold)));
    else if (em || em2) nodes.push(el("em", {}, inline(em || em2)));
    else if (strike) nodes.push(el("s", {}, inline(strike)));
    else if (url) nodes.push(link(url, label || url));
    else if (bare) nodes.push(link(bare, bare));
    else nodes.push(emoji(name));
  }
  plain(text.length);
  return nodes;
}

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
const row = (line, tag) =>
  el(
    "tr",
    {},
    cells(line).map((cell) => el(tag, tag === "th" ? { scope: "col" } : {}, inline(cell))),
  );

// Each kind of block: the lines that belong to it, from the first on, and what is drawn of them.
const KINDS = [
  {
    first: /^```/,
    rest: (line) => !/^```/.test(line),
    closed: true,
    draw: (lines) => el("pre", {}, el("code", {}, theirs(lines.slice(1).join("\n")))),
  },
  { first: /^(#{1,6})\s+(.*)$/, draw: ([line]) => heading(/^(#{1,6})\s+(.*)$/.exec(line)) },
  { first: /^(?:---+|\*\*\*+)\s*$/, draw: () => el("hr") },
  {
    first: /^>/,
    rest: (line) => /^>/.test(line),
    draw: (lines) => el("blockquote", {}, broken(lines.map((line) => line.replace(/^>\s?/, "")))),
  },
  {
    first: /^\s*[-*+]\s+/,
    rest: (line) => /^\s*[-*+]\s+/.test(line),
    draw: (lines) => list("ul", lines, /^\s*[-*+]\s+/),
  },
  {
    first: /^\s*\d+[.)]\s+/,
    rest: (line) => /^\s*\d+[.)]\s+/.test(line),
    draw: (lines) => list("ol", lines, /^\s*\d+[.)]\s+/),
  },
  { first: /^\|.*\|\s*$/, rest: (line) => /^\|/.test(line), draw: table },
];

const heading = (match) =>
  el("p", { class: "md-heading", role: "heading", aria: { level: String(match[1].length + 2) } }, inline(match[2]));
const list = (tag, lines, mark) =>
  el(
    tag,
    {},
    lines.map((line) =>
      el(
        "li",
        { class: `indent-${Math.min(8, Math.floor(/^\s*/.exec(line)[0].length / 2))}` },
        inline(line.replace(mark, "")),
      ),
    ),
  );
const broken = (lines) => lines.flatMap((line, place) => [place > 0 ? el("br") : null, ...inline(line)]);

function table(lines) {
  const rows = lines.filter((line) => !/^[\s|:-]+$/.test(line));
  return el(
    "div",
    { class: "scroller", tabindex: 0, role: "region", aria: { label: "Table" } },
    el(
      "table",
      {},
      el("thead", {}, row(rows[0], "th")),
      el(
        "tbody",
        {},
        rows.slice(1).map((line) => row(line, "td")),
      ),
    ),
  );
}

/** The nodes for a Markdown text. */
export function markdown(text) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) {
    if (!lines[0].trim()) {
      lines.shift();
      continue;
    }
    const kind = KINDS.find((each) => each.first.test(lines[0]));
    const taken = [lines.shift()];
    const goesOn = kind ? kind.rest : (line) => line.trim() && !KINDS.some((each) => each.first.test(line));
    while (goesOn && lines.length && goesOn(lines[0])) taken.push(lines.shift());
    if (kind?.closed) lines.shift();
    nodes.push(kind ? kind.draw(taken) : el("p", {}, broken(taken)));
  }
  return nodes;
}
