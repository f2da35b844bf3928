// The panel: who calls, which tool, with what; and what the gateway decided.

import { button, el, freshId, theirs } from "/page/dom.js";

const SAID = { allowed: "Allowed", denied: "Denied", refused: "Refused" };

/** Draw into `slot`; the calls are the person's own, so nothing has to be drawn when something changes. */
export function mount(slot, host) {
  const about = el("p", { class: "about" }, "Looking for the gateway's tools …");
  const outcome = el("div", { class: "outcome", role: "status" });
  const place = el("div");
  slot.append(el("section", {}, about, place, outcome));
  start();

  async function start() {
    try {
      draw(await host.call("tools"));
    } catch (error) {
      about.textContent = error.message;
    }
  }

  function draw({ gateway, callers, tools }) {
    about.textContent = `Call the gateway ${gateway} as an agent would, over MCP. Cedar decides.`;
    const who = callers === "claims" ? claimsBox() : callers === "arn" ? arnBox() : { node: null, read: () => ({}) };
    let fields = [];
    const inputs = el("div", { class: "agent-inputs" });
    const choose = el(
      "select",
      { id: freshId("tool"), on: { change: drawInputs } },
      tools.map((tool, at) => el("option", { value: String(at) }, tool.action.split("___").pop())),
    );
    const send = button("Call", call, { class: "primary" });
    place.append(
      el(
        "form",
        { class: "agent", on: { submit: (event) => (event.preventDefault(), call()) } },
        who.node,
        el("label", { class: "label", for: choose.id }, "Tool"),
        choose,
        inputs,
        send,
      ),
    );
    drawInputs();

    function drawInputs() {
      const tool = tools[Number(choose.value)];
      const required = tool.schema.required ?? [];
      fields = Object.entries(tool.schema.properties ?? {}).map(([name, schema]) =>
        field(name, schema, required.includes(name)),
      );
      inputs.replaceChildren(
        el("p", { class: "about" }, theirs(tool.description ?? "")),
        ...fields.map((each) => each.node),
      );
    }

    async function call() {
      if (send.getAttribute("aria-busy")) return;
      send.setAttribute("aria-busy", "true");
      try {
        const given = fields.map((each) => [each.name, each.read()]).filter(([, value]) => value !== undefined);
        tell(
          await host.call("call", {
            ...who.read(),
            tool: tools[Number(choose.value)].action,
            inputs: Object.fromEntries(given),
          }),
        );
      } catch (error) {
        outcome.replaceChildren(el("p", { class: "error" }, error.message));
      } finally {
        send.removeAttribute("aria-busy");
      }
    }
  }

  function tell(found) {
    const by = found.decided_by.length > 0 && el("p", {}, "Decided by ", theirs(found.decided_by.join(", ")));
    const logOnly = found.log_only.map((each) =>
      el(
        "p",
        { class: "about" },
        "Log-only ",
        theirs(each.name),
        each.flips ? " matches: enforced, it would have decided otherwise." : " matches and changes nothing.",
      ),
    );
    outcome.replaceChildren(
      el("p", { class: `verdict verdict-${found.outcome}` }, SAID[found.outcome] ?? found.outcome),
      el("p", {}, theirs(found.sentence)),
      by || "",
      ...logOnly,
      el(
        "details",
        {},
        el("summary", {}, "JSON-RPC"),
        el(
          "pre",
          { tabindex: 0, aria: { label: "The answer" } },
          el("code", {}, theirs(JSON.stringify(found.answer, null, 2))),
        ),
      ),
    );
  }
}

// -- who calls --------------------------------------------------------------------------------------------------------

function claimsBox() {
  const rows = el("div", { class: "claims" });
  const add = (name = "", value = "") => {
    const row = el(
      "div",
      { class: "claim" },
      el("input", { value: name, placeholder: "claim", aria: { label: "Claim" }, autocomplete: "off" }),
      "=",
      el("input", { value, placeholder: "value", aria: { label: "Value" }, autocomplete: "off" }),
      button("×", () => row.remove(), { class: "plain", aria: { label: "Remove this claim" } }),
    );
    rows.append(row);
  };
  add("role", "support-agent");
  const node = el(
    "div",
    { role: "group", aria: { label: "Who calls" } },
    el("p", { class: "label" }, "Who calls: claims of the token"),
    rows,
    button("Add a claim", () => add(), { class: "small" }),
  );
  const read = () => ({
    claims: Object.fromEntries(
      [...rows.children]
        .map((row) => [...row.querySelectorAll("input")].map((input) => input.value.trim()))
        .filter(([name]) => name),
    ),
  });
  return { node, read };
}

function arnBox() {
  const input = el("input", {
    id: freshId("arn"),
    placeholder: "arn:aws:iam::123456789012:role/agent",
    autocomplete: "off",
  });
  const node = el("div", {}, el("label", { class: "label", for: input.id }, "Who calls: the ARN"), input);
  return { node, read: () => ({ arn: input.value.trim() || "arn:aws:iam::123456789012:role/agent" }) };
}

// -- with what --------------------------------------------------------------------------------------------------------

const WHOLE = { integer: true, number: true };

/** A control for one input of a tool; `read` gives its value, nothing for an optional one that was left out. */
function field(name, schema, required) {
  const id = freshId("input");
  const label = el(
    "label",
    { class: "label", for: id },
    theirs(name),
    !required && el("span", { class: "optional" }, " (optional)"),
  );
  const hint = schema.description && el("small", { id: `${id}-hint` }, theirs(schema.description));
  const [input, read] = control(id, name, schema, required);
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return { name, read, node: el("div", { class: "agent-input" }, label, input, hint) };
}

function control(id, name, schema, required) {
  if (schema.enum) {
    const input = el(
      "select",
      { id },
      !required && el("option", { value: "" }, "–"),
      schema.enum.map((each) => el("option", { value: String(each) }, String(each))),
    );
    return [input, () => schema.enum.find((each) => String(each) === input.value)];
  }
  if (schema.type === "boolean") {
    const input = el(
      "select",
      { id },
      el("option", { value: "" }, required ? "Choose" : "–"),
      el("option", { value: "true" }, "true"),
      el("option", { value: "false" }, "false"),
    );
    return [input, () => (input.value ? input.value === "true" : undefined)];
  }
  if (WHOLE[schema.type]) {
    const input = el("input", { id, inputmode: "decimal", autocomplete: "off", value: required ? "1" : "" });
    return [input, () => (input.value.trim() ? asNumber(name, input.value.trim()) : undefined)];
  }
  if (schema.type === "array" || schema.type === "object") {
    const input = el("textarea", { id, rows: 2, value: required ? (schema.type === "array" ? "[]" : "{}") : "" });
    return [input, () => (input.value.trim() ? asJson(name, input.value) : undefined)];
  }
  const input = el("input", { id, autocomplete: "off", value: required ? "A-1" : "" });
  return [input, () => (input.value || required ? input.value : undefined)];
}

function asNumber(name, text) {
  const number = Number(text);
  if (Number.isNaN(number)) throw new Error(`${name} takes a number.`);
  return number;
}

function asJson(name, text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${name} takes JSON, such as ["a", "b"] or {"a": 1}.`);
  }
}
