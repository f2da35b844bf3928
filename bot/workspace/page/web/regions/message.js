// One message: who, when, what, for whom alone, its thread, and what can be done with it.

import { button, el, theirs } from "../dom.js";
import { blocks } from "../kit/blocks.js";
import { fileFace } from "../kit/files.js";
import { emoji } from "../kit/links.js";
import { mrkdwn } from "../kit/mrkdwn.js";
import { menu } from "../kit/popups.js";
import { author, avatar } from "./people.js";
import { act } from "../server.js";
import { look, names, state } from "../state.js";
import { messageSurface } from "./surfaces.js";
import { trying } from "../toast.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });

export const dateOf = (ts) => new Date(Number(ts) * 1000);
export const dayOf = (ts) => day.format(dateOf(ts));

function body(message) {
  const surface = messageSurface(message);
  const shown = message.blocks?.length
    ? blocks(message.blocks, surface)
    : el("div", { class: "text" }, mrkdwn(message.text, surface));
  return [shown, (message.attachments ?? []).map((each) => attachment(each, surface)), (message.files ?? []).map(file)];
}

function attachment(each, surface) {
  return el(
    "div",
    { class: "attachment" },
    each.pretext && el("p", {}, mrkdwn(each.pretext, surface)),
    each.title && el("p", {}, el("strong", {}, theirs(each.title))),
    each.blocks
      ? blocks(each.blocks, surface)
      : each.text
        ? el("p", {}, mrkdwn(each.text, surface))
        : theirs(each.fallback ?? ""),
  );
}

const file = (each) => el("div", { class: "file" }, fileFace(each));

function replies(message) {
  if (!message.reply_count) return null;
  const said = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return button(
    [...(message.reply_users ?? []).slice(0, 3).map(avatar), el("span", {}, said)],
    () => look({ thread: message.ts }),
    { class: "replies", data: { at: `thread/${message.ts}` }, aria: { label: `${said}, open the thread` } },
  );
}

function tools(message, { inThread }) {
  if (message.is_ephemeral || message.subtype === "tombstone") return null;
  const { channel, ts } = message;
  const shortcut = ({ callback_id, name, description }) => {
    const use = () => act("uses_message_shortcut", { user: state.looking.user, channel, ts, callback_id });
    return { label: name, description, pick: () => trying(use) };
  };
  const shortcuts = state.app.shortcuts.filter((each) => each.type === "message").map(shortcut);
  const gifts = GIVEN.map((name) => ({ label: [emoji(name), ` ${name}`], pick: () => react(message, name) }));
  const open = () => look({ thread: message.thread_ts ?? ts });
  return el(
    "div",
    { class: "tools" },
    !inThread && button("Reply in thread", open, { class: "tool", data: { at: `reply/${ts}` } }),
    menu("React", "+1", gifts, { data: { at: `react/${ts}` } }),
    shortcuts.length > 0 && menu("Shortcuts for this message", "⋮", shortcuts, { data: { at: `tools/${ts}` } }),
  );
}

const GIVEN = ["+1", "eyes", "white_check_mark", "tada", "thinking_face", "x"];

const react = (message, name) =>
  trying(() => act("reacts", { user: state.looking.user, channel: message.channel, ts: message.ts, reaction: name }));

function reactions(message) {
  if (!message.reactions?.length) return null;
  const reaction = ({ name, users, count }) => {
    const who = users.map(names.user).join(", ");
    return button([emoji(name), ` ${count}`], () => react(message, name), {
      class: "reaction",
      title: who,
      data: { at: `reaction/${message.ts}/${name}` },
      aria: { label: `${name}, ${count}: ${who}`, pressed: String(users.includes(state.looking.user)) },
    });
  };
  return el("div", { class: "reactions" }, message.reactions.map(reaction));
}

/** The article for a message. `inThread`: it stands in the thread's pane. */
export function messageNode(message, options = {}) {
  const at = dateOf(message.ts);
  return el(
    "article",
    {
      class: message.is_ephemeral ? "message message-private" : "message",
      data: { ts: message.ts },
      aria: { label: `${names.user(message.user)}, ${clock.format(at)}` },
    },
    avatar(message.user),
    el(
      "div",
      { class: "message-body" },
      el(
        "div",
        { class: "message-head" },
        author(message),
        el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, clock.format(at)),
        message.edited && el("small", {}, "(edited)"),
      ),
      message.is_ephemeral && el("p", { class: "only-you" }, "Only visible to you"),
      message.subtype === "thread_broadcast" &&
        !options.inThread &&
        el("p", { class: "only-you" }, "Replied in a thread"),
      message.subtype === "tombstone" ? el("em", {}, "This message was deleted.") : body(message),
      reactions(message),
      !options.inThread && replies(message),
    ),
    tools(message, options),
  );
}

/** Messages with a line where a new day begins. */
export function withDays(messages) {
  let last = "";
  return messages.flatMap((message) => {
    const today = dayOf(message.ts);
    const line = today === last ? [] : [{ day: today, ts: `day/${today}` }];
    last = today;
    return [...line, message];
  });
}

export const dayNode = ({ day: said }) =>
  el("div", { class: "day", role: "separator", aria: { label: said } }, el("span", {}, said));
