// The right: a thread, with a box of its own.

import { atEnd, button, el, keyed } from "../dom.js";
import { composer } from "./composer.js";
import { messageNode } from "./message.js";
import { hereIs, look, seat, state } from "../state.js";

let parts = null;
let shownThread = "";

function build() {
  const log = el("div", { class: "log", role: "log", tabindex: 0, aria: { label: "Thread", live: "polite" } });
  const about = el("p", { class: "about" });
  const write = composer({
    id: "thread-composer",
    place: () => ({ channel: state.looking.channel, thread_ts: state.looking.thread }),
    key: () => `${seat()}/${state.looking.channel}/${state.looking.thread}`,
    label: () => "Reply",
  });
  parts = { log, about, write };
  const pane = document.getElementById("thread");
  pane.append(
    el(
      "header",
      { class: "bar" },
      el("div", { class: "bar-text" }, el("h2", {}, "Thread"), about),
      button("×", close, { class: "plain", aria: { label: "Close the thread" } }),
    ),
    log,
    write.node,
  );
  pane.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && close());
}

function close() {
  const ts = state.looking.thread;
  look({ thread: "" });
  const opener = document.querySelector(`[data-at="thread/${CSS.escape(ts)}"]`) ?? document.getElementById("composer");
  opener?.focus();
}

/** Draw the thread, or nothing when none is open. */
export function drawThread() {
  if (!parts) build();
  const pane = document.getElementById("thread");
  const key = state.looking.thread && `${seat()}/${state.looking.thread}`;
  const isNew = key !== shownThread;
  const isOpened = key && !shownThread;
  shownThread = key;
  pane.hidden = !key;
  document.body.classList.toggle("with-thread", Boolean(key));
  if (!key) return;
  const channel = hereIs();
  parts.about.textContent = channel && !channel.is_im ? `#${channel.name}` : "";
  parts.write.node.hidden = !channel || channel.is_archived;
  parts.write.refresh();
  const follows = !isNew && atEnd(parts.log);
  keyed(
    parts.log,
    state.thread,
    (item) => `${seat()}/${item.ts}`,
    (item) => messageNode(item, { inThread: true }),
  );
  if (follows) parts.log.scrollTop = parts.log.scrollHeight;
  if (isOpened && document.activeElement?.closest("#main")) parts.write.box.focus({ preventScroll: true });
}
