// Somebody's picture and name, as they stand beside a message and in the lists.

import { el, theirs } from "../dom.js";
import { icon } from "../icons.js";
import { names, state, userOf } from "../state.js";

const TINTS = 8;

/** A square with the first letter of a name, in a tint of its own. */
export function avatar(id) {
  const user = userOf(id);
  const initial = [...(user?.real_name ?? names.user(id))][0] ?? "?";
  const tint = [...id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % TINTS;
  return el(
    "span",
    {
      class: `avatar tint-${tint}${user?.is_bot || id === "USLACKBOT" ? " avatar-bot" : ""}`,
      aria: { hidden: "true" },
    },
    user?.is_bot ? icon("app") : initial.toUpperCase(),
  );
}

/** What somebody is in the team, in a word or two. */
export function roleOf(user) {
  if (user.title) return user.title;
  if (user.team_id !== state.team.id) return "From another company";
  if (user.is_restricted || user.is_ultra_restricted) return "Guest";
  return "Member";
}

/** The name of whoever wrote a message, with the mark of an app. */
export function author(message) {
  const isApp = userOf(message.user)?.is_bot || message.user === "USLACKBOT";
  return [
    el("span", { class: "author" }, theirs(names.user(message.user))),
    isApp && el("span", { class: "badge" }, "APP"),
  ];
}
