// Forms: the top of the person's stack of modals as a dialog. The browser keeps the focus in it while it is open.

import { button, el, freshId, theirs } from "../dom.js";
import { blocks } from "../kit/blocks.js";
import { textObject } from "../kit/mrkdwn.js";
import { act } from "../server.js";
import { names, seat, state } from "../state.js";
import { takeTyped, viewSurface } from "./surfaces.js";
import { toast, trying } from "../toast.js";

let shown = { id: "", hash: "", errors: "", user: "" };
let dialog = null;
let opener = null;

function build() {
  opener = document.activeElement;
  dialog = el("dialog", {
    class: "dialog",
    on: {
      cancel: (event) => {
        if (event.target !== dialog) return; // somebody who chooses no file after all cancels that alone
        event.preventDefault();
        close();
      },
      keydown: (event) => {
        if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit();
      },
    },
  });
  document.body.append(dialog);
}

function top() {
  return state.modals.at(-1);
}

async function submit() {
  const view = top();
  const send = dialog?.querySelector(".dialog-submit");
  if (!view?.submit || send?.getAttribute("aria-busy")) return;
  if (dialog.querySelector(".file-input[aria-busy]")) return toast("A file is still on its way.");
  send?.setAttribute("aria-busy", "true");
  const values = takeTyped(view.id);
  await trying(() => act("submits", { user: state.looking.user, view_id: view.id, values }));
  send?.removeAttribute("aria-busy");
}

async function close() {
  const view = top();
  if (!view) return;
  takeTyped(view.id);
  await trying(() => act("closes", { user: state.looking.user, view_id: view.id }));
}

function draw(view) {
  const title = freshId();
  const surface = viewSurface(view);
  const general = view.errors?.[""];
  const texts = (part, otherwise) => (view[part] ? textObject(view[part], surface) : otherwise);
  const active = dialog.contains(document.activeElement)
    ? document.activeElement.closest("[data-at]")?.dataset.at
    : undefined;
  const scrolled = dialog.querySelector(".dialog-body")?.scrollTop ?? 0;
  dialog.setAttribute("aria-labelledby", title);
  const body = el(
    "div",
    { class: "dialog-body" },
    general && el("p", { class: "error", role: "alert" }, theirs(String(general))),
    blocks(view.blocks, surface),
  );
  dialog.replaceChildren(
    el(
      "header",
      { class: "dialog-head" },
      textObject(view.title, surface, "h2", { id: title }),
      el("small", {}, names.user(state.app.user)),
      button("×", close, { class: "plain", aria: { label: "Close" } }),
    ),
    body,
    el(
      "div",
      { class: "dialog-actions" },
      button(texts("close", view.submit ? "Cancel" : "Close"), close),
      view.submit && button(texts("submit"), submit, { class: "primary dialog-submit" }),
    ),
  );
  return { active, scrolled, body };
}

function settleFocus(view, { active, scrolled, body }, isNew) {
  if (!dialog.open) dialog.showModal();
  const wrong = body.querySelector("[aria-invalid=true]");
  const again = !isNew && active && [...body.querySelectorAll("[data-at]")].find((each) => each.dataset.at === active);
  const first =
    body.querySelector("[autofocus], input:not([type=hidden]):not(:disabled), textarea, select") ??
    dialog.querySelector(".dialog-actions button:last-child");
  body.scrollTop = isNew ? 0 : scrolled;
  if (wrong && shown.errors !== "{}") wrong.focus();
  else if (again) again.focus();
  else if (isNew) first?.focus();
  else if (view && !dialog.contains(document.activeElement)) first?.focus();
}

/** Draw the top form, or take the dialog away when there is none. */
export function drawForms() {
  const view = top();
  if (!view) {
    if (!dialog) return;
    dialog.close();
    dialog.remove();
    dialog = null;
    shown = { id: "", hash: "", errors: "", user: "" };
    if (opener?.isConnected) opener.focus();
    else document.getElementById("composer")?.focus();
    return;
  }
  const next = { id: view.id, hash: view.hash, errors: JSON.stringify(view.errors), user: seat() };
  if (dialog && Object.keys(next).every((key) => next[key] === shown[key])) return;
  const isNew = next.id !== shown.id || !dialog;
  if (!dialog) build();
  shown = next;
  settleFocus(view, draw(view), isNew);
}
