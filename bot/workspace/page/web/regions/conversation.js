// The middle: a channel with its messages and the box to type in, or the app's Home tab.

import { atEnd, button, el, keyed, theirs } from "../dom.js";
import { icon } from "../icons.js";
import { blocks } from "../kit/blocks.js";
import { composer } from "./composer.js";
import { dayNode, messageNode, withDays } from "./message.js";
import { togglePanels } from "./panels.js";
import { act } from "../server.js";
import { goDirect, goHome } from "./sidebar.js";
import { app, appDirect, atHome, channelName, hereIs, me, names, seat, state } from "../state.js";
import { viewSurface } from "./surfaces.js";
import { trying } from "../toast.js";

let parts = null;
let shownPlace = "";
let shownHome = "";

function build() {
  const title = el("h1");
  const about = el("p", { class: "about" });
  const tabs = el("div", { class: "tabs" });
  const log = el("div", { class: "log", role: "log", tabindex: 0, aria: { label: "Messages", live: "polite" } });
  const home = el("div", { class: "home", tabindex: 0, aria: { label: "Home" } });
  const write = composer({
    id: "composer",
    place: () => ({ channel: state.looking.channel }),
    key: () => `${seat()}/${state.looking.channel}`,
    label: () => `Message ${title.textContent}`,
  });
  const shut = el("p", { class: "shut" });
  const listButton = button(icon("menu"), () => openDrawer(), {
    class: "only-narrow plain",
    aria: { label: "Channels and people" },
  });
  parts = { title, about, tabs, log, home, write, shut, listButton };
  document
    .getElementById("main")
    .append(
      el(
        "header",
        { class: "bar" },
        listButton,
        el("div", { class: "bar-text" }, title, about),
        el("div", { class: "bar-tools", id: "bar-tools" }, inviteButton(), panelButton()),
      ),
      tabs,
      log,
      home,
      shut,
      write.node,
    );
}

function openDrawer() {
  document.body.dataset.drawer = "open";
  document.getElementById("me").focus();
}

const panelButton = () =>
  button("Panels", togglePanels, { id: "panel-toggle", hidden: true, aria: { controls: "panels", expanded: "false" } });
const inviteButton = () =>
  button(
    "Invite the app",
    () => trying(() => act("invites", { user: state.looking.user, channel: state.looking.channel })),
    { id: "invite" },
  );

/** Draw the middle. */
export function drawConversation() {
  if (!parts) build();
  const channel = hereIs();
  const place = `${seat()}/${state.looking.channel}`;
  const isNew = place !== shownPlace;
  shownPlace = place;
  const withApp = atHome() || (channel && channel === appDirect());
  document.title = `${heading(channel)} – ${state.team.name}`;
  parts.title.replaceChildren(theirs(heading(channel)));
  parts.about.textContent = about(channel);
  document.getElementById("invite").hidden =
    !channel || channel.is_im || channel.is_archived || channel.members.includes(state.app.user);
  drawTabs(withApp);
  parts.log.hidden = atHome();
  parts.home.hidden = !atHome();
  parts.write.node.hidden = atHome() || !channel || channel.is_archived;
  parts.shut.textContent = channel?.is_archived ? "This channel is archived: nothing can be written here." : "";
  parts.write.refresh();
  if (atHome()) drawHome();
  else drawMessages(isNew);
}

const heading = (channel) =>
  atHome() ? (app()?.real_name ?? "") : channel ? `${channel.is_im ? "" : "#"}${channelName(channel)}` : "";

function about(channel) {
  if (!channel || channel.is_im) return "";
  const shared = channel.is_ext_shared ? ", shared with another company" : "";
  return `${channel.members.length} members${channel.is_private ? ", private" : ""}${shared}`;
}

function drawTabs(shown) {
  parts.tabs.hidden = !shown;
  if (!shown) return;
  const tab = (label, current, pick) =>
    button(label, pick, { class: "tab", aria: { current: current ? "page" : null } });
  parts.tabs.replaceChildren(tab("Home", atHome(), goHome), tab("Messages", !atHome(), goDirect));
}

function drawMessages(isNew) {
  const follows = isNew || atEnd(parts.log);
  if (!state.messages.length && hereIs())
    keyed(
      parts.log,
      [{ ts: "empty" }],
      (item) => item.ts,
      () => el("p", { class: "empty" }, empty()),
    );
  else
    keyed(
      parts.log,
      withDays(state.messages),
      (item) => `${seat()}/${item.ts}`,
      (item) => (item.day ? dayNode(item) : messageNode(item)),
    );
  if (follows) parts.log.scrollTop = parts.log.scrollHeight;
}

function empty() {
  const command = state.app.commands[0];
  const hint = command
    ? ` Type ${command.name} ${(command.usage_hint ?? "").split("|")[0].trim()}`
    : " Write something";
  return `Nothing has been said here yet.${hint}, as ${me()?.real_name ?? "somebody"} would.`;
}

function drawHome() {
  const stands = JSON.stringify([state.home?.hash, state.home?.id, seat()]);
  if (stands === shownHome) return;
  shownHome = stands;
  parts.home.replaceChildren(
    state.home
      ? blocks(state.home.blocks, viewSurface(state.home))
      : el(
          "p",
          { class: "empty" },
          `${names.user(state.app.user)} has published no Home tab for you.`,
          " ",
          button("Open its messages", goDirect),
        ),
  );
}
