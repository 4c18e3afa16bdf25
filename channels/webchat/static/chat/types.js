/**
 * The shapes that travel between server and widget; `docs/webchat.md` describes them.
 *
 * @typedef {{id: string, title: string, description: string}} Choice
 * @typedef {{label: string, text: string}} Copyable
 * @typedef {{url: string, filename: string, media_type: string, description: string}} Attachment
 * @typedef {{title: string, url: string}} Link
 *
 * @typedef {object} Entry
 * @property {number} number  grows by one with every entry of the conversation
 * @property {"customer" | "clara"} author
 * @property {string} message_id
 * @property {string} at  ISO 8601, UTC
 * @property {string} text
 * @property {Choice[]} choices
 * @property {Copyable[]} copyables
 * @property {Attachment[]} attachments
 * @property {Link[]} links
 *
 * Something the customer said that the server has not confirmed yet.
 * @typedef {object} Unsent
 * @property {string} message_id  ours; the server recognises a repeat by it
 * @property {string} text  what was written, or the title of what was picked
 * @property {string} [choice]  the id of what was picked
 * @property {string} at  ISO 8601, UTC
 * @property {string} [refusal]  why the server did not take it; it waits for the customer then
 *
 * @typedef {{distributor_name: string, max_length: number, title: string}} Config
 * @typedef {"connecting" | "online" | "offline"} ConnectionState
 */
export {};
