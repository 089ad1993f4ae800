// What is typed behind the bot's name: asked of the bot after a short rest, its results offered above the composer.

import { element } from "./text.js";

const REST = 300;

export class Inline {
  #text;
  #sheet;
  #acts;
  #asked = null;
  #offered = null;
  #words = {};
  #rest = 0;

  // `acts`: ask(words) gives the query's id, choose(query_id, result_id), start(parameter).
  constructor(text, sheet, acts) {
    this.#text = text;
    this.#sheet = sheet;
    this.#acts = acts;
  }

  isTyped() {
    return this.#asked !== null;
  }

  typed(username) {
    clearTimeout(this.#rest);
    const words = wordsBehind(this.#text.value, username);
    if (words === null) {
      this.leave();
      return;
    }
    this.#asked ??= "";
    this.#rest = setTimeout(() => this.#ask(words), REST);
  }

  leave() {
    clearTimeout(this.#rest);
    this.#asked = null;
    this.#sheet.hidden = true;
  }

  // `offered`: what the bot answered to the last query, if anything; it may come before the query's own id is known here.
  show(offered, words) {
    this.#offered = offered;
    this.#words = words;
    this.#draw();
  }

  async #ask(words) {
    const asked = await this.#acts.ask(words);
    if (!asked || this.#asked === null) return;
    this.#asked = asked.query_id;
    this.#draw();
  }

  #draw() {
    const offered = this.#offered;
    if (!offered || offered.query_id !== this.#asked) return;
    const shown = offered.results.map((result) => this.#result(offered.query_id, result));
    if (offered.button) shown.unshift(this.#button(offered.button));
    if (!offered.results.length) shown.push(element("p", "result-about", this.#words.noResults));
    this.#sheet.replaceChildren(...shown);
    this.#sheet.hidden = false;
  }

  #result(queryId, result) {
    const made = element("button", "result");
    made.type = "button";
    for (const [name, text] of [["result-title", result.title], ["result-about", result.description]]) {
      const line = element("span", name, text);
      line.dir = "auto";
      made.append(line);
    }
    made.addEventListener("click", () => this.#end(() => this.#acts.choose(queryId, result.id)));
    return made;
  }

  #button(button) {
    const made = element("button", "result-button", button.text);
    made.type = "button";
    made.dir = "auto";
    made.addEventListener("click", () => this.#end(() => this.#acts.start(button.start_parameter)));
    return made;
  }

  #end(act) {
    this.#text.value = "";
    this.leave();
    act();
  }
}

// "@bot words" gives the words, "@bot " none of them; anything else is an ordinary text.
const wordsBehind = (text, username) => {
  const name = `@${username} `.toLowerCase();
  return username && text.toLowerCase().startsWith(name) ? text.slice(name.length).trim() : null;
};
