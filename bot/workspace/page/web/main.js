// Starts the page: connects to what the person sees, and draws each region when its parts change.

import { drawConversation } from "./regions/conversation.js";
import { drawForms } from "./regions/forms.js";
import { drawPanels } from "./regions/panels.js";
import { act, follow, teams } from "./server.js";
import { drawSidebar } from "./regions/sidebar.js";
import { appDirect, atHome, changed, entrance, fromAddress, look, me, on, state, take } from "./state.js";
import { drawThread } from "./regions/thread.js";

let stop = () => {};
let followed = "";
let retry = 0;

/** Connect to where the person looks, unless that is where the page is connected already. */
function connect() {
  const { team, user, channel, thread } = state.looking;
  const moved = team !== state.team.id;
  if (moved) state.channels = [];
  const place = { team, user, channel: atHome() ? (appDirect()?.id ?? "") : channel, thread: atHome() ? "" : thread };
  const key = JSON.stringify(place);
  if (key === followed) return;
  stop();
  const before = JSON.parse(followed || "{}");
  followed = key;
  if (moved || before.user !== user) {
    state.modals = [];
    state.home = null;
  }
  if (moved || before.user !== user || before.channel !== place.channel) state.messages = [];
  state.thread = [];
  changed("messages", "thread", "modals", "home");
  stop = follow(place, received, lost);
}

/** A window that nobody sees gives its connection back: a browser has six for one server, over all its windows. */
function seen() {
  stop();
  if (!document.hidden) stop = follow(JSON.parse(followed), received, lost);
}

function received(name, data) {
  retry = 0;
  if (!state.online) {
    state.online = true;
    changed("online");
  }
  take(name, data);
  if (name === "channels") settle();
}

/** A place that nobody can see any more is left: the first channel of the person is taken instead. */
function settle() {
  if (atHome()) return;
  if (!state.looking.channel && state.channels.length)
    look({ channel: state.channels[0].id, thread: "" }, { replace: true });
}

function lost(final) {
  if (state.online) {
    state.online = false;
    changed("online");
  }
  if (!final) return;
  followed = "";
  retry += 1;
  setTimeout(retry === 1 ? elsewhere : connect, Math.min(250 * retry, 3000));
}

function elsewhere() {
  const { team, user } = state.looking;
  look(state.team.id === team && me() ? { team, user, channel: "", thread: "" } : entrance(team), { replace: true });
}

async function start() {
  state.teams = await teams();
  on(["looking"], connect);
  on(["looking", "channels", "team", "app", "online"], drawSidebar);
  on(["looking", "channels", "team", "app", "messages", "home", "online"], drawConversation);
  on(["looking", "team", "thread"], drawThread);
  on(["looking", "modals", "team"], drawForms);
  on(["plugins", "revision"], drawPanels);
  document.addEventListener("visibilitychange", seen);
  addEventListener("popstate", () => {
    state.looking = fromAddress();
    changed("looking");
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("composer").focus();
  });
  look(fromAddress(), { replace: true });
  if (atHome()) act("opens_home", { user: state.looking.user }).catch(() => {});
}

start();
