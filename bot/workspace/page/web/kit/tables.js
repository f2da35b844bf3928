// Tables: `table` as it is, `data_table` in pages, with its caption and the column that names its rows.

import { button, el, theirs } from "../dom.js";
import { richText } from "./rich_text.js";

const CELLS = {
  raw_text: (cell) => theirs(cell.text),
  raw_number: (cell) => theirs(cell.text ?? String(cell.value)),
  rich_text: (cell, surface) => richText(cell, surface),
};

function cell(content, tag, surface, column = {}) {
  const number = content.type === "raw_number" ? "align-right" : "";
  const props = { class: `${column.align ? `align-${column.align}` : number}${column.is_wrapped ? " wrapped" : ""}` };
  if (tag === "th") props.scope = "col";
  return el(tag, props, (CELLS[content.type] ?? CELLS.raw_text)(content, surface));
}

const scroller = (label, ...children) =>
  el("div", { class: "scroller", tabindex: 0, role: "region", aria: { label } }, ...children);

/** A `table` block; its first row is the head. */
export function table(block, surface) {
  const columns = block.column_settings ?? [];
  const row = (cells, tag) =>
    el(
      "tr",
      {},
      cells.map((each, at) => cell(each, tag, surface, columns[at] ?? {})),
    );
  const [head, ...rows] = block.rows;
  return scroller(
    "Table",
    el(
      "table",
      {},
      el("thead", {}, row(head, "th")),
      el(
        "tbody",
        {},
        rows.map((each) => row(each, "td")),
      ),
    ),
  );
}

/** A `data_table` block: a caption, and as many rows at a time as it says. */
export function dataTable(block, surface) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? 5;
  const naming = block.row_header_column_index ?? 0;
  const body = el("tbody");
  const where = el("span", { aria: { live: "polite" } });
  let page = 0;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const draw = (to) => {
    page = Math.min(pages - 1, Math.max(0, to));
    const shown = rows.slice(page * size, (page + 1) * size);
    body.replaceChildren(
      ...shown.map((cells) =>
        el(
          "tr",
          {},
          cells.map((each, at) => {
            const drawn = cell(each, at === naming ? "th" : "td", surface);
            if (at === naming) drawn.scope = "row";
            return drawn;
          }),
        ),
      ),
    );
    where.textContent = `Page ${page + 1} of ${pages}`;
  };
  draw(0);
  const turning =
    pages > 1 &&
    el(
      "div",
      { class: "turning" },
      button("Previous", () => draw(page - 1)),
      where,
      button("Next", () => draw(page + 1)),
    );
  return el(
    "div",
    {},
    scroller(
      block.caption,
      el(
        "table",
        {},
        el("caption", {}, theirs(block.caption)),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            head.map((each) => cell(each, "th", surface)),
          ),
        ),
        body,
      ),
    ),
    turning,
  );
}

export const CELL_TYPES = Object.keys(CELLS);
