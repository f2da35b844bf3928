// The left: who one is, the channels, the direct messages, the app.

import { button, el, keyed, theirs, unseen } from "../dom.js";
import { icon } from "../icons.js";
import { roleOf } from "./people.js";
import { act } from "../server.js";
import {
  HOME_PLACE,
  app,
  appDirect,
  atHome,
  channelName,
  entrance,
  look,
  markRead,
  me,
  people,
  state,
  unread,
} from "../state.js";
import { trying } from "../toast.js";

const PLACES = { channels: "Channels", direct: "Direct messages" };
let parts = null;
const left = new Map(); // where one was in each workspace

function build() {
  const select = el("select", { id: "me", on: { change: (event) => become(event.target.value) } });
  const workspace = el("select", { id: "workspace", on: { change: (event) => enter(event.target.value) } });
  workspace.append(...state.teams.map((team) => el("option", { value: team.id }, team.name)));
  const sections = Object.fromEntries(Object.keys(PLACES).map((name) => [name, el("ul", { class: "places" })]));
  const apps = el("ul", { class: "places" });
  const title = el("strong", { class: "team-name" });
  const online = el("p", { class: "offline", role: "status" });
  parts = { select, workspace, sections, apps, title, online };
  document.getElementById("sidebar").append(
    el(
      "div",
      { class: "team" },
      title,
      button("×", () => delete document.body.dataset.drawer, {
        class: "only-narrow plain",
        aria: { label: "Close the list of channels" },
      }),
    ),
    el(
      "div",
      { class: "me" },
      state.teams.length > 1 && [el("label", { for: "workspace" }, "Workspace"), workspace],
      el("label", { for: "me" }, "I am"),
      select,
    ),
    online,
    ...Object.entries(PLACES).flatMap(([name, said]) => [
      el("h2", { id: `places-${name}` }, said),
      labelled(sections[name], `places-${name}`),
    ]),
    el("h2", { id: "places-apps" }, "Apps"),
    labelled(apps, "places-apps"),
  );
}

function labelled(list, id) {
  list.setAttribute("aria-labelledby", id);
  return list;
}

/** Go to another workspace, to where one was there before. */
function enter(team) {
  left.set(state.looking.team, state.looking);
  look(left.get(team) ?? entrance(team));
  if (atHome()) trying(() => act("opens_home", { user: state.looking.user }));
}

function become(user) {
  const stays = atHome() ? HOME_PLACE : { channel: state.looking.channel, thread: state.looking.thread };
  look({ user, ...stays });
  if (atHome()) trying(() => act("opens_home", { user }));
}

/** Go to a channel; at phone width the list of channels makes room. */
export function go(channel) {
  delete document.body.dataset.drawer;
  look({ channel, thread: "" });
}

/** Go to the app's Home tab. */
export function goHome() {
  delete document.body.dataset.drawer;
  look(HOME_PLACE);
  trying(() => act("opens_home", { user: state.looking.user }));
}

/** Go to the direct message with the app. */
export async function goDirect() {
  const opened = await trying(() => act("opens_direct", { user: state.looking.user }));
  if (opened) go(opened.channel);
}

function placeNode({ id, name, sign, current, news, calls, pick }) {
  return el(
    "li",
    {},
    button(
      [
        el("span", { class: "sign", aria: { hidden: "true" } }, sign.length > 1 ? icon(sign) : sign),
        el("span", { class: "place-name" }, theirs(name)),
        calls > 0 && el("span", { class: "calls" }, String(calls), unseen(calls === 1 ? " mention" : " mentions")),
        news && !calls && unseen(" unread"),
      ],
      pick,
      {
        class: `place${news ? " place-news" : ""}`,
        aria: { current: current ? "page" : null },
        data: { at: `place/${id}` },
      },
    ),
  );
}

function entry(channel, name, sign) {
  const current = channel.id === state.looking.channel;
  if (current) markRead(channel);
  return { id: channel.id, name, sign, current, ...unread(channel) };
}

function trouble() {
  const name = app()?.real_name ?? "The app";
  if (!state.app.installed) return `${name} is not installed here.`;
  return state.app.connected ? "" : `${name} is not connected.`;
}

/** Draw the left. */
export function drawSidebar() {
  if (!parts) build();
  const everyone = people();
  parts.title.textContent = state.team.name;
  parts.workspace.value = state.looking.team;
  parts.online.textContent = !state.online ? "Reconnecting …" : trouble();
  const offered = [state.team.id, ...everyone.map((user) => user.id)].join();
  if (parts.select.dataset.offered !== offered) {
    parts.select.dataset.offered = offered;
    parts.select.replaceChildren(
      ...everyone.map((user) => el("option", { value: user.id }, `${user.real_name} – ${roleOf(user)}`)),
    );
  }
  parts.select.value = me()?.id ?? "";
  const own = appDirect();
  const open = state.channels.filter((channel) => !channel.is_im && !channel.is_mpim);
  const direct = state.channels.filter((channel) => (channel.is_im || channel.is_mpim) && channel !== own);
  const sign = (channel) => (channel.is_private ? "lock" : channel.is_ext_shared ? "shared" : "#");
  const draw = (item) => placeNode({ ...item, pick: () => go(item.id) });
  keyed(
    parts.sections.channels,
    open.map((channel) => entry(channel, channel.name, sign(channel))),
    (item) => item.id,
    draw,
  );
  keyed(
    parts.sections.direct,
    direct.map((channel) => entry(channel, channelName(channel), "•")),
    (item) => item.id,
    draw,
  );
  const bot = app();
  const mine = own
    ? entry(own, bot?.real_name ?? "", "app")
    : { id: "app", name: bot?.real_name ?? "", sign: "app", news: false, calls: 0 };
  keyed(
    parts.apps,
    bot ? [{ ...mine, current: mine.current || atHome() }] : [],
    () => "app",
    (item) => placeNode({ ...item, pick: goHome }),
  );
}
