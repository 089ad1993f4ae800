// A text with entities becomes elements. Never markup: every character goes in as text.
// Telegram decides the direction of each line by itself, so each line is a block of its own with dir="auto".

const SAFE_LINK = /^(https?|mailto|tel|tg):/i;
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const STYLES = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };

export const element = (name, className = "", text = "") => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

export const plainLines = (text, className = "line") =>
  text.split("\n").map((line) => {
    const made = element("p", className, line);
    made.dir = "auto";
    if (!line) made.append(element("br"));
    return made;
  });

// `acts` has what a tap on an entity does: command(text), link(url), moment(seconds), reveal label.
export const renderText = (text, entities, acts) => {
  const shown = document.createDocumentFragment();
  const inner = entities.filter((entity) => !BLOCKS.has(entity.type));
  let block = null;
  let holder = null;
  for (const [start, end] of linesOf(text)) {
    const outer = entities.find((entity) => BLOCKS.has(entity.type) && covers(entity, start, end));
    if (outer !== block) {
      block = outer;
      holder = outer ? blockElement(outer) : null;
      if (holder) shown.append(holder);
    }
    (holder || shown).append(lineElement(text, start, end, inner, acts));
  }
  return shown;
};

function* linesOf(text) {
  let start = 0;
  for (;;) {
    const end = text.indexOf("\n", start);
    yield [start, end < 0 ? text.length : end];
    if (end < 0) return;
    start = end + 1;
  }
}

const covers = (entity, start, end) =>
  entity.offset <= start && Math.max(start + 1, end) <= Math.max(start + 1, entity.offset + entity.length)
  && start < entity.offset + entity.length;

const blockElement = (entity) => {
  if (entity.type === "pre") return element("pre", "code-block");
  const quote = element("blockquote");
  if (entity.type === "expandable_blockquote") {
    quote.className = "folded";
    asButton(quote, () => quote.classList.toggle("folded"));
  }
  return quote;
};

const lineElement = (text, start, end, entities, acts) => {
  const line = element("p", "line");
  line.dir = "auto";
  if (start === end) line.append(element("br"));
  else line.append(...piecesOf(text, start, end, entities.filter((entity) => meets(entity, start, end)), acts));
  return line;
};

const meets = (entity, start, end) => entity.offset < end && entity.offset + entity.length > start;

// Entities are sorted, the outer before the inner: the first one takes its part, what it covers is rendered inside it.
function* piecesOf(text, start, end, entities, acts) {
  let place = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const from = Math.max(entity.offset, place);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    if (from > place) yield text.slice(place, from);
    const within = entities.slice(index + 1).filter((other) => meets(other, from, to));
    const made = entityElement(entity, text, acts);
    made.append(...piecesOf(text, from, to, within, acts));
    yield made;
    place = to;
  }
  if (place < end) yield text.slice(place, end);
}

const entityElement = (entity, text, acts) => {
  const covered = text.slice(entity.offset, entity.offset + entity.length);
  if (entity.type in STYLES) return element(STYLES[entity.type]);
  switch (entity.type) {
    case "text_link": return linkElement(entity.url, acts);
    case "url": return linkElement(/^[a-z]+:/i.test(covered) ? covered : `http://${covered}`, acts);
    case "email": return linkElement(`mailto:${covered}`, acts);
    case "phone_number": return linkElement(`tel:${covered.replace(/[^+\d]/g, "")}`, acts);
    case "bot_command": return actElement("act", () => acts.command(covered));
    case "date_time": return momentElement(entity.unix_time, acts);
    case "spoiler": return spoilerElement(acts);
    default: return element("span", entity.type);
  }
};

const linkElement = (url, acts) => {
  if (!SAFE_LINK.test(url)) return element("span", "link");
  const link = element("a");
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.addEventListener("click", (event) => { if (acts.link(url)) event.preventDefault(); });
  return link;
};

const actElement = (className, act) => {
  const made = element("span", className);
  asButton(made, act);
  return made;
};

const momentElement = (seconds, acts) => {
  const time = element("time", "act");
  time.dateTime = new Date(seconds * 1000).toISOString();
  asButton(time, () => acts.moment(seconds));
  return time;
};

const spoilerElement = (acts) => {
  const made = element("span", "spoiler hidden-text");
  made.setAttribute("aria-label", acts.reveal);
  const show = () => {
    made.classList.remove("hidden-text");
    for (const name of ["aria-label", "role", "tabindex"]) made.removeAttribute(name);
  };
  asButton(made, show);
  return made;
};

const asButton = (made, act) => {
  made.tabIndex = 0;
  made.setAttribute("role", "button");
  made.addEventListener("click", act);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
};
