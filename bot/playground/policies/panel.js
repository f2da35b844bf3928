// The panel: what stands on the policy engine, and what the newest draft would change.

import { el, keyed, theirs } from "/page/dom.js";

const EVERY = 4000;
const TOGETHER = 200;
const MODES = { ACTIVE: "Enforced", LOG_ONLY: "Log-only" };

/** Draw into `slot`; gives what is called when something has changed. */
export function mount(slot, host) {
  const about = el("p", { class: "about" });
  const list = el("div", { class: "policies", role: "list" });
  const difference = el("div", { class: "difference" });
  slot.append(
    el("section", {}, el("h3", {}, "Last difference"), difference),
    el("section", {}, el("h3", {}, "On the engine"), about, list),
  );
  let timer = 0;
  let asking = false;
  let again = false;

  async function look() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      draw(await host.call("look"));
    } catch (error) {
      about.textContent = error.message;
    } finally {
      asking = false;
    }
    if (again) {
      again = false;
      later();
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(look, TOGETHER);
  }

  function draw(found) {
    const count = found.policies.length;
    about.textContent = `${count === 0 ? "No policies" : count === 1 ? "1 policy" : `${count} policies`} for the gateway ${found.gateway}, which ${found.enforcing ? "enforces them" : "does not enforce them now"}.`;
    keyed(list, found.policies, (policy) => policy.name, policyNode);
    keyed(difference, [found.difference ?? { empty: true }], (item) => item.proposal ?? "none", differenceNode);
  }

  setInterval(() => slot.isConnected && !document.hidden && look(), EVERY);
  look();
  return later;
}

function policyNode(policy) {
  const mode = MODES[policy.mode] ?? policy.mode;
  return el(
    "article",
    { class: "policy", role: "listitem", data: { policy: policy.name } },
    el("p", { class: "policy-name" }, theirs(policy.name)),
    el(
      "p",
      { class: "policy-state" },
      el("span", { class: `state state-${policy.status.toLowerCase()}` }, policy.status),
      el("span", { class: `state mode-${policy.mode.toLowerCase()}` }, mode),
    ),
    el("p", { class: "policy-said" }, theirs(policy.said)),
    el(
      "details",
      { data: { at: `cedar/${policy.name}` } },
      el("summary", {}, "Cedar"),
      el("pre", { tabindex: 0, aria: { label: `Cedar of ${policy.name}` } }, el("code", {}, theirs(policy.cedar))),
    ),
  );
}

function differenceNode(found) {
  if (found.empty) return el("p", { class: "about" }, "Nothing has been proposed yet.");
  return el(
    "div",
    { class: "policy" },
    el("p", { class: "policy-name" }, theirs(`“${found.rule}”`)),
    el(
      "dl",
      {},
      found.lines.flatMap((line) => [line.label && el("dt", {}, line.label), el("dd", {}, theirs(line.text))]),
    ),
    el("p", { class: "about" }, `${found.proposal}, ${found.state.replaceAll("_", " ").toLowerCase()}`),
  );
}
