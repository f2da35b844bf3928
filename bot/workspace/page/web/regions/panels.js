// Beside the conversation: panels that whoever runs the workspace has plugged in. Nothing is known of what they show.

import { button, el } from "../dom.js";
import { callPlugin } from "../server.js";
import { on, state } from "../state.js";

const mounted = new Map();
const SHUT = "panels/shut";

/** Open or shut the panels. */
export function togglePanels() {
  sessionStorage.setItem(SHUT, document.getElementById("panels").hidden ? "" : "1");
  drawPanels();
}

async function mount(plugin, pane) {
  const slot = el("div", { class: "panel-slot" });
  pane.append(
    el(
      "section",
      { class: "panel", aria: { label: plugin.title } },
      el(
        "header",
        { class: "bar" },
        el("div", { class: "bar-text" }, el("h2", {}, plugin.title)),
        mounted.size === 0 && button("×", togglePanels, { class: "plain", aria: { label: "Close the panels" } }),
      ),
      slot,
    ),
  );
  const base = `/page/plugins/${encodeURIComponent(plugin.name)}/`;
  document.head.append(el("link", { rel: "stylesheet", href: `${base}panel.css` }));
  const module = await import(`${base}panel.js`);
  return module.mount(slot, { call: (call, args = {}) => callPlugin(plugin.name, call, args), state, on });
}

/** Draw the panels: each is mounted once, and told whenever something has changed. */
export async function drawPanels() {
  const pane = document.getElementById("panels");
  const isShut = sessionStorage.getItem(SHUT) ?? (innerWidth < 1200 ? "1" : "");
  pane.hidden = !state.plugins.length || Boolean(isShut);
  document.body.classList.toggle("with-panels", !pane.hidden);
  const toggle = document.getElementById("panel-toggle");
  if (toggle) {
    toggle.hidden = !state.plugins.length;
    toggle.setAttribute("aria-expanded", String(!pane.hidden));
  }
  if (pane.hidden) return;
  for (const plugin of state.plugins) {
    if (!mounted.has(plugin.name)) mounted.set(plugin.name, mount(plugin, pane));
    const update = await mounted.get(plugin.name);
    update?.();
  }
}
