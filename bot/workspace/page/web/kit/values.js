// What is in an input: what was just typed, else its state as Slack keeps it, else what it starts with.

import { plainOf } from "./rich_text.js";

// element type: [field of the state, field of the element that holds the start]
const FIELDS = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  checkboxes: ["selected_options", "initial_options"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  file_input: ["files", "initial_files"],
};

/** The value of an element in the form in which acts take it: a text, an id, an option, or a list of those. */
export function valueOf(block, element, surface) {
  const typed = surface.typed(block, element);
  if (typed !== undefined) return typed;
  const [field, initial] = FIELDS[element.type];
  const state = surface.values?.[block.block_id]?.[element.action_id];
  return (state ? state[field] : element[initial]) ?? undefined;
}

/** The id of a choice: an option's value, or the id of a person or channel. */
export const idOf = (choice) => (choice && typeof choice === "object" ? choice.value : choice);

/** The text of what a rich_text_input holds. */
export const textOf = (value) => (value && typeof value === "object" ? plainOf(value) : (value ?? ""));

/** The place of a control among all others of its surface, to find the focus again. */
export const at = (block, element) => `${block.block_id}/${element.action_id}`;
