// From a control to the workspace: an input of a form is filled, everything else is an act, after its confirmation.

import { confirmed } from "./popups.js";

/**
 * Gives `report(value, {settled})`, which resolves to whether the value was taken. `settled` is false while somebody
 * still types. In an input block a value is filled in; it is an act as well where the block asks for `dispatch_action`.
 */
export function reporter(block, element, surface) {
  return async (value, { settled = true } = {}) => {
    if (block.type === "input") {
      surface.fill(block, element, value);
      if (block.dispatch_action && settled) await surface.act(block, element, value);
      return true;
    }
    if (!settled) return true;
    if (!(await confirmed(element.confirm, surface))) return false;
    await surface.act(block, element, value);
    return true;
  };
}

/** What a control is called for those who do not see it, where its block gives it no label. */
export const spoken = (element, otherwise) => element.accessibility_label ?? element.placeholder?.text ?? otherwise;
