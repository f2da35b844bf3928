// Block Kit's blocks: the table of how each is drawn, from the JSON as Slack would get it.

import { el, freshId, theirs } from "../dom.js";
import { icon } from "../icons.js";
import { ELEMENTS, GROUPS, element, image } from "./elements.js";
import { link } from "./links.js";
import { markdown } from "./markdown.js";
import { textObject } from "./mrkdwn.js";
import { richText } from "./rich_text.js";
import { dataTable, table } from "./tables.js";

/** Something said, and what may be done about it. */
const framed = (said, deeds) =>
  el("div", { class: "section" }, el("div", { class: "section-body" }, said), deeds && el("div", ...deeds));

function section(block, surface) {
  const fields =
    block.fields &&
    el(
      "div",
      { class: "fields" },
      block.fields.map((field) => textObject(field, surface, "div")),
    );
  const accessory = block.accessory && [{ class: "accessory" }, element(block, block.accessory, surface)];
  return framed([block.text && textObject(block.text, surface, "div"), fields], accessory);
}

function input(block, surface) {
  const id = freshId("input");
  const problem = surface.errors?.[block.block_id];
  const described = [block.hint && `${id}-hint`, problem && `${id}-error`].filter(Boolean).join(" ");
  const isGroup = GROUPS.has(block.element.type);
  const aria = {
    describedby: described || null,
    invalid: problem ? "true" : null,
    required: block.optional || isGroup ? null : "true",
  };
  const labelled = { id, aria, ...(isGroup ? { labelledby: `${id}-label` } : {}) };
  const label = [textObject(block.label, surface), block.optional && el("span", { class: "optional" }, " (optional)")];
  return el(
    "div",
    { class: problem ? "input input-wrong" : "input" },
    isGroup ? el("div", { class: "label", id: `${id}-label` }, label) : el("label", { class: "label", for: id }, label),
    element(block, block.element, surface, labelled),
    problem && el("p", { class: "error", id: `${id}-error` }, theirs(problem)),
    block.hint && textObject(block.hint, surface, "p", { class: "hint", id: `${id}-hint` }),
  );
}

const row = (name) => (block, surface) =>
  el(
    "div",
    { class: name },
    block.elements.map((each) => element(block, each, surface)),
  );

const header = (block, surface) =>
  textObject(block.text, surface, "div", {
    class: `header header-${block.level ?? 1}`,
    role: "heading",
    aria: { level: String((block.level ?? 1) + 2) },
  });

const STATUS = { pending: "Pending", in_progress: "In progress", complete: "Complete", error: "Error" };

function task(block, surface) {
  return el(
    "div",
    { class: `task task-${block.status ?? "pending"}` },
    el(
      "p",
      {},
      el("strong", {}, theirs(block.title)),
      el("span", { class: "badge" }, STATUS[block.status] ?? STATUS.pending),
    ),
    block.details && richText(block.details, surface),
    block.output && richText(block.output, surface),
    block.sources &&
      el(
        "ul",
        {},
        block.sources.map((source) => el("li", {}, link(source.url, source.text))),
      ),
  );
}

const plan = (block, surface) =>
  el(
    "section",
    { class: "plan", aria: { label: block.title } },
    el("p", {}, el("strong", {}, theirs(block.title))),
    (block.tasks ?? []).map((each) => task(each, surface)),
  );

function card(block, surface) {
  return el(
    "div",
    { class: "card" },
    block.hero_image && image(block.hero_image),
    el(
      "div",
      { class: "card-head" },
      block.icon && image(block.icon),
      el(
        "div",
        {},
        textObject(block.title, surface, "div", { class: "card-title" }),
        textObject(block.subtitle, surface, "div", { class: "card-subtitle" }),
      ),
    ),
    textObject(block.body, surface, "div"),
    textObject(block.subtext, surface, "div", { class: "context" }),
    block.actions &&
      el(
        "div",
        { class: "actions" },
        block.actions.map((each) => element(block, each, surface)),
      ),
  );
}

const carousel = (block, surface) =>
  el(
    "div",
    { class: "carousel scroller", tabindex: 0, role: "region", aria: { label: "Cards" } },
    block.elements.map((each) => card(each, surface)),
  );

function container(block, surface) {
  const title = block.rich_text_title ? richText(block.rich_text_title, surface) : textObject(block.title, surface);
  const head = [
    block.icon && image(block.icon),
    el("span", { class: "card-title" }, title),
    textObject(block.subtitle, surface, "span", { class: "card-subtitle" }),
  ];
  const body = el(
    "div",
    { class: "kit" },
    block.child_blocks.map((child) => drawn(child, surface)),
  );
  const at = block.block_id;
  if (block.is_collapsible)
    return el(
      "details",
      { class: "container", open: !block.default_collapsed, data: { at } },
      el("summary", {}, head),
      body,
    );
  return el("div", { class: "container" }, el("div", { class: "container-head" }, head), body);
}

/** Rows of items side by side; narrow places put them one below the other. */
function layout(block, surface) {
  const item = (each) =>
    el(
      "div",
      { class: `layout-item layout-${each.width ?? "standard"}` },
      each.blocks.map((child) => drawn(child, surface)),
    );
  return el(
    "div",
    { class: `layout lines-${block.grid_lines ?? "none"}`, role: "group", aria: { label: block.label } },
    block.is_label_visible && el("strong", {}, theirs(block.label)),
    block.rows.map((each) => el("div", { class: "layout-row" }, each.items.map(item))),
  );
}

const LEVELS = { info: "Info", warning: "Warning", error: "Error", success: "Done" };
const alert = (block, surface) =>
  el(
    "div",
    {
      class: `alert alert-${block.level ?? "default"}`,
      role: block.level === "error" || block.level === "warning" ? "alert" : "note",
    },
    LEVELS[block.level] && el("strong", {}, `${LEVELS[block.level]}: `),
    textObject(block.text, surface),
  );

/** A service that whoever looks may connect to; the button's ids are those that Slack gives it. */
function authProvider(block, surface) {
  const connect = {
    type: "button",
    action_id: `auth_provider_connect_${block.value}`,
    text: { type: "plain_text", text: "Connect" },
    accessibility_label: `Connect ${block.name.text}`,
    url: block.auth_url,
  };
  const as = [block.connected_identity?.text, block.connected_context?.text].filter(Boolean).join(" · ");
  return framed(
    [
      textObject(block.name, surface, "strong"),
      block.description && textObject(block.description, surface, "div"),
      block.is_connected && el("small", {}, "Connected", as && [" as ", theirs(as)]),
    ],
    [
      { class: "accessory actions" },
      !block.is_connected && element(block, connect, surface),
      block.is_connected && block.disconnect_url && link(block.disconnect_url, "Disconnect"),
      block.is_connected && block.accessory && element(block, block.accessory, surface),
    ],
  );
}

const video = (block, surface) =>
  el(
    "div",
    { class: "video" },
    el(
      "div",
      {},
      block.title_url ? link(block.title_url, block.title.text) : textObject(block.title, surface, "strong"),
      " ",
      link(block.video_url, "Watch the video"),
    ),
    textObject(block.description, surface, "div"),
    el("small", {}, theirs([block.author_name, block.provider_name, block.alt_text].filter(Boolean).join(" · "))),
  );

function picture(block, surface) {
  return el("figure", {}, block.title && textObject(block.title, surface, "figcaption"), image(block));
}

/** A chart as what it says: its texts, and its figures where they can be told. */
function visualization(block) {
  const { type: _type, block_id: _id, title, ...rest } = block;
  const said = title?.text ?? title ?? "Chart";
  return el(
    "details",
    { class: "container", data: { at: block.block_id } },
    el("summary", {}, icon("chart"), " ", theirs(String(said))),
    el("pre", {}, el("code", {}, theirs(JSON.stringify(rest, null, 1)))),
  );
}

export const BLOCKS = {
  section,
  divider: () => el("hr"),
  image: picture,
  actions: row("actions"),
  context: row("context"),
  context_actions: row("actions"),
  header,
  input,
  file: (block) => el("div", { class: "file" }, icon("file"), " ", theirs(block.external_id)),
  markdown: (block) => el("div", { class: "markdown" }, markdown(block.text)),
  rich_text: richText,
  video,
  table,
  task_card: task,
  plan,
  alert,
  auth_provider: authProvider,
  card,
  carousel,
  container,
  data_table: dataTable,
  data_visualization: visualization,
  layout,
};

function drawn(block, surface) {
  const draw = BLOCKS[block.type];
  if (!draw)
    return el("p", { class: "unknown" }, theirs(surface.fallback || `This part cannot be shown here (${block.type}).`));
  return el("div", { class: `block block-${block.type}` }, draw(block, surface));
}

/** Blocks, one below the other. Of unknown ones the message's fallback text is shown, once. */
export function blocks(list, surface) {
  let told = false;
  const shown = list.filter((block) => {
    if (BLOCKS[block.type]) return true;
    const first = !told;
    told = true;
    return first;
  });
  return el(
    "div",
    { class: "kit" },
    shown.map((block) => drawn(block, surface)),
  );
}

export const KNOWN = { blocks: Object.keys(BLOCKS), elements: Object.keys(ELEMENTS) };
