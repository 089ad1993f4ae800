// The chat page: pick a person, see what they see, do what they can do.

import { act, follow, listPeople } from "./control.js";
import { Inline } from "./inline.js";
import { Messages } from "./messages.js";
import { element, plainLines } from "./text.js";
import { directionOf, fullTime, languageName, languageOf, wordsIn } from "./words.js";

const $ = (id) => document.getElementById(id);
const messages = new Messages($("messages"), $("scroll"));
const KINDS = ["photo", "sticker", "voice", "video", "document", "location", "contact"];

let people = [];
let person = null;
let language = "en";
let words = wordsIn(language);
let chat = null;
let answersSeen = 0;
let stopFollowing = () => {};
let payload = new URLSearchParams(location.search).get("start") || "";
const waiting = new Map();

const say = (text, className = "toast") => {
  const toast = element("p", className, text);
  toast.dir = "auto";
  $("toasts").append(toast);
  setTimeout(() => toast.remove(), 4500);
};

const alertWith = (text) => {
  $("alert-text").textContent = text;
  $("alert").showModal();
};

// What went wrong is said in the reader's language; the server's own sentence is for whoever debugs.
const doing = async (verb, body) => {
  try {
    return await act(person.id, verb, body);
  } catch (error) {
    console.info(error.message);
    say(verb === "press" ? words.deleted : words.unread);
    return null;
  }
};

const inline = new Inline($("text"), $("results"), {
  ask: (query) => doing("inline", { query }),
  choose: (query_id, result_id) => doing("choose", { query_id, result_id }),
  start: (parameter) => doing("start", { payload: parameter }),
});

// A link to this very bot starts it, as Telegram does; gives whether it was one.
const followLink = (url) => {
  const found = /^(?:https?:\/\/t\.me\/|tg:\/\/resolve\?domain=)(\w+)[?&]start=([\w-]+)$/i.exec(url);
  if (!found || found[1].toLowerCase() !== chat.bot_username.toLowerCase()) return false;
  doing("start", { payload: found[2] });
  return true;
};

const acts = {
  command: (text) => doing("send", { text }),
  link: followLink,
  moment: (seconds) => say(words.yourTime + fullTime(seconds, language)),
  get reveal() { return words.reveal; },
};

const press = async (message, button, key) => {
  key.setAttribute("aria-busy", "true");
  const pressed = await doing("press", { message_id: message.message_id, data: button.callback_data });
  if (!pressed || isAnswered(pressed.callback_id)) key.removeAttribute("aria-busy");
  else waiting.set(pressed.callback_id, key);
};

const isAnswered = (id) => chat.answers.some((answer) => answer.callback_id === id);

const copy = async (text) => {
  await navigator.clipboard?.writeText(text).catch(() => {});
  say(words.copied);
};

const showAnswers = (answers) => {
  for (const answer of answers.slice(answersSeen)) {
    waiting.get(answer.callback_id)?.removeAttribute("aria-busy");
    waiting.delete(answer.callback_id);
    if (answer.text && answer.show_alert) alertWith(answer.text);
    else if (answer.text) say(answer.text);
  }
  answersSeen = answers.length;
};

const showChat = (seen) => {
  if (chat === null) answersSeen = seen.answers.length;
  chat = seen;
  person = seen.person;
  $("bot-name").textContent = chat.bot_name;
  $("bot-face").textContent = [...chat.bot_name][0] || "";
  $("bot-status").textContent = words.bot;
  $("bot-status").classList.remove("lost");
  document.title = chat.bot_name;
  messages.show(chat.messages, { language, words, acts, press, copy });
  showAbout();
  showFoot();
  showCommands();
  showAnswers(chat.answers);
  inline.show(chat.inline, words);
};

const showAbout = () => {
  $("about").hidden = chat.messages.length > 0 || !chat.description;
  $("about-text").replaceChildren(...plainLines(chat.description));
};

const showFoot = () => {
  const toStart = chat.messages.length === 0 || payload !== "" || person.blocked;
  $("start").hidden = !toStart;
  $("start").textContent = person.blocked ? words.restart : words.start;
  $("composer").hidden = toStart;
  $("block").textContent = person.blocked ? words.unblock : words.block;
  $("block").hidden = chat.messages.length === 0;
  if (toStart) { closeSheets(); inline.leave(); }
};

const showCommands = () => {
  $("menu").hidden = chat.commands.length === 0;
  $("commands").replaceChildren(...chat.commands.map(commandElement));
};

const commandElement = ({ command, description }) => {
  const made = element("button", "command");
  made.type = "button";
  const name = element("bdi", "command-name", `/${command}`);
  const about = element("span", "command-about", description);
  about.dir = "auto";
  made.append(about, name);
  made.addEventListener("click", () => { closeSheets(); doing("send", { text: `/${command}` }); });
  return made;
};

const kindElement = (kind) => {
  const made = element("button", "command", words.kinds[kind]);
  made.type = "button";
  made.addEventListener("click", () => { closeSheets(); doing("send", { kind }); });
  return made;
};

const toggle = (button, sheet) => {
  const opens = sheet.hidden;
  closeSheets();
  sheet.hidden = !opens;
  button.setAttribute("aria-expanded", String(opens));
  if (opens) sheet.querySelector("button")?.focus();
};

const closeSheets = () => {
  for (const [button, sheet] of [["menu", "commands"], ["more", "kinds"]]) {
    $(sheet).hidden = true;
    $(button).setAttribute("aria-expanded", "false");
  }
};

const speak = () => {
  language = languageOf(person?.language_code);
  words = wordsIn(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
  $("people-title").textContent = words.people;
  $("rehearsal").textContent = words.rehearsal;
  $("nobody").textContent = words.nobody;
  $("about-title").textContent = words.about;
  $("menu").textContent = words.menu;
  $("text-label").textContent = words.write;
  $("text").placeholder = words.write;
  $("alert-close").textContent = words.close;
  $("messages").setAttribute("aria-label", words.conversation);
  for (const [id, label] of [["send", words.send], ["more", words.more], ["commands", words.commands], ["kinds", words.more], ["results", words.results]])
    $(id).setAttribute("aria-label", label);
  $("kinds").replaceChildren(...KINDS.map(kindElement));
};

const pick = (picked) => {
  stopFollowing();
  person = picked;
  chat = null;
  waiting.clear();
  messages.clear();
  speak();
  showPeople();
  $("chat").hidden = false;
  remember();
  stopFollowing = follow(person.id, showChat, () => {
    $("bot-status").textContent = words.lost;
    $("bot-status").classList.add("lost");
  });
};

const remember = () => {
  const address = new URL(location.href);
  address.searchParams.set("person", person.id);
  if (!payload) address.searchParams.delete("start");
  history.replaceState(null, "", address);
};

const showPeople = () => {
  $("people").replaceChildren(...people.map((other) => {
    const item = element("li");
    item.append(personElement(other));
    return item;
  }));
  $("people").querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "center" });
};

const personElement = (other) => {
  const made = element("button", "person");
  made.type = "button";
  made.setAttribute("aria-pressed", String(other.id === person?.id));
  const names = element("span", "person-names");
  const name = element("bdi", "person-name", other.first_name);
  if (other.last_name) name.append(element("span", "person-surname", ` ${other.last_name}`));
  name.lang = languageOf(other.language_code);
  const tongue = element("span", "person-language", languageName(other.language_code));
  tongue.lang = other.language_code || "en";
  tongue.dir = "auto";
  names.append(name, tongue);
  const face = element("span", "face", [...other.first_name][0]);
  face.setAttribute("aria-hidden", "true");
  made.append(face, names);
  made.addEventListener("click", () => pick(other));
  return made;
};

const lookForPeople = async () => {
  const found = await listPeople().catch(() => people);
  if (JSON.stringify(found.map((other) => other.id)) === JSON.stringify(people.map((other) => other.id))) return;
  people = found;
  $("nobody").hidden = people.length > 0;
  showPeople();
  const wanted = Number(new URLSearchParams(location.search).get("person"));
  if (!person && people.length) pick(people.find((other) => other.id === wanted) || people[0]);
};

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || inline.isTyped()) return;
  $("text").value = "";
  grow();
  if (!(await doing("send", { text }))) $("text").value = text;
});
$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});
$("text").addEventListener("input", () => inline.typed(chat?.bot_username));
const grow = () => { $("text").rows = Math.min(6, $("text").value.split("\n").length); };
$("text").addEventListener("input", grow);
$("start").addEventListener("click", () => {
  const body = payload ? { payload } : {};
  payload = "";
  remember();
  doing("start", body);
});
$("block").addEventListener("click", () => doing(person.blocked ? "unblock" : "block"));
$("menu").addEventListener("click", () => toggle($("menu"), $("commands")));
$("more").addEventListener("click", () => toggle($("more"), $("kinds")));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { closeSheets(); inline.leave(); } });

speak();
$("nobody").hidden = false;
await lookForPeople();
setInterval(lookForPeople, 3000);
