// The messages of a chat, kept in step with what the server shows: new ones added, changed ones redrawn in place.

import { element, renderText } from "./text.js";
import { clockTime, dayOf } from "./words.js";

export class Messages {
  #list;
  #scroll;
  #shown = new Map();

  constructor(list, scroll) {
    this.#list = list;
    this.#scroll = scroll;
  }

  clear() {
    this.#shown.clear();
    this.#list.replaceChildren();
  }

  // `context`: language, words, acts for entities, press(message, button), copy(text).
  show(messages, context) {
    const atEnd = this.#isAtEnd();
    const first = this.#shown.size === 0;
    const before = this.#list.lastElementChild;
    this.#removeMissing(new Set(messages.map((message) => message.message_id)));
    let day = "";
    for (const message of messages) {
      const its = dayOf(message.date, context.language);
      this.#put(message, its === day ? "" : its, context);
      day = its;
    }
    if (first || (atEnd && before !== this.#list.lastElementChild) || atEnd) this.#toEnd();
  }

  #put(message, day, context) {
    const source = JSON.stringify([message, day]);
    const known = this.#shown.get(message.message_id);
    if (known?.source === source) return;
    const made = messageElement(message, day, context);
    if (known) replaceKeepingFocus(known.element, made);
    else this.#list.append(made);
    this.#shown.set(message.message_id, { source, element: made });
  }

  #removeMissing(present) {
    for (const [id, { element: gone }] of this.#shown) {
      if (present.has(id)) continue;
      gone.remove();
      this.#shown.delete(id);
    }
  }

  #isAtEnd() {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < 80;
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }
}

// A menu is edited in place while its button has the focus: whoever uses the keyboard stays where they were.
const replaceKeepingFocus = (old, made) => {
  const place = focusable(old).indexOf(document.activeElement);
  old.replaceWith(made);
  if (place < 0) return;
  const places = focusable(made);
  places[Math.min(place, places.length - 1)]?.focus();
};

const focusable = (item) => [...item.querySelectorAll("a, button, [tabindex]")];

const messageElement = (message, day, context) => {
  const item = element("li", `message from-${message.from}`);
  item.dataset.message = message.message_id;
  if (day) item.append(element("p", "day", day));
  const bubble = element("div", "bubble");
  if (message.via_bot) bubble.append(element("p", "via", context.words.via));
  if (message.kind !== "text") bubble.append(attachment(message, context.words));
  if (message.text) bubble.append(renderText(message.text, message.entities, context.acts));
  bubble.append(stamp(message, context));
  item.append(bubble);
  if (message.buttons.length) item.append(keyboard(message, context));
  return item;
};

const stamp = (message, { words, language }) => {
  const notes = [message.silent && words.silent, message.edit_date && words.edited].filter(Boolean);
  const line = element("p", "stamp");
  for (const note of notes) line.append(element("span", "note", note));
  const time = element("time", "", clockTime(message.date, language));
  time.dateTime = new Date(message.date * 1000).toISOString();
  line.append(time);
  return line;
};

const attachment = (message, words) => {
  if (!message.file) return element("p", "kind", words.kinds[message.kind]);
  if (message.kind === "photo") return photo(message.file, words);
  const link = element("a", "file");
  link.href = `/control/files/${encodeURIComponent(message.file.file_id)}`;
  link.download = message.file.name;
  const name = element("bdi", "file-name", message.file.name);
  link.append(name, element("span", "file-note", `${words.download} · ${size(message.file.size)}`));
  return link;
};

const photo = (file, words) => {
  const shown = element("img", "photo");
  shown.src = `/control/files/${encodeURIComponent(file.file_id)}`;
  shown.alt = words.kinds.photo;
  shown.width = file.width;
  shown.height = file.height;
  return shown;
};

const size = (bytes) => (bytes < 1024 ? `\u2066${bytes} B\u2069` : `\u2066${(bytes / 1024).toFixed(1)} kB\u2069`);

const keyboard = (message, context) => {
  const rows = element("div", "keyboard");
  for (const row of message.buttons) {
    const line = element("div", "keys");
    line.dir = "ltr"; // Telegram does not mirror a row of buttons for a right-to-left reader.
    for (const button of row) line.append(key(message, button, context));
    rows.append(line);
  }
  return rows;
};

const key = (message, button, context) => {
  const made = element(button.url ? "a" : "button", `key ${button.style || ""}`.trim());
  const label = element("span", "", button.text);
  label.dir = "auto";
  made.append(label);
  if (button.url) return keyLink(made, button.url, context);
  made.type = "button";
  made.addEventListener("click", () => {
    if (button.copy_text) context.copy(button.copy_text.text);
    else if (button.callback_data) context.press(message, button, made);
  });
  return made;
};

const keyLink = (made, url, context) => {
  if (!/^(https?|tg):/i.test(url)) return made;
  made.href = url;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  made.addEventListener("click", (event) => { if (context.acts.link(url)) event.preventDefault(); });
  return made;
};
