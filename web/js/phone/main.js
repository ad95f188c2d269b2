// The phone's page: joins a class by its code, and shows what that asks for.

import { element, the } from "../elements.js";
import { Room } from "./room.js";
import { ask, Refusal } from "./server.js";
import { keep, kept, settings, told } from "./settings.js";
import { hear } from "./voice.js";

// Under which names the phone keeps the code of the class that it is in, how the last one ended, the language chosen.
const [JOINED, ENDED, LANGUAGE] = ["class", "ended", "language"];
const CODE_LENGTH = 6;

const [main, header, footer, notice] = ["main", "#header", "#footer", "#notice"].map((each) => the(document, each));
const language = /** @type {HTMLSelectElement} */ (the(document, "#language"));
const title = [...header.children];

/** @param {string} words @param {boolean} [isGood] whether they tell of nothing that went wrong */
function say(words, isGood = false) {
  notice.classList.toggle("good", isGood);
  if (notice.textContent !== words) notice.textContent = words;
}

/** The header and the footer of somebody who is in no class. */
function clear() {
  header.replaceChildren(...title);
  footer.querySelector("details")?.remove();
}

/** The page of somebody who is in no class. @param {string} [words] why */
function welcome(words = "") {
  clear();
  say(words);
  const code = element("input", "", {
    id: "code",
    maxLength: 12,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: false,
    required: true,
    value: settings.code,
  });
  code.setAttribute("aria-describedby", "wrong hint");
  const wrong = element("p", "", { id: "wrong" });
  wrong.setAttribute("role", "alert");
  const join = element("button", told("join"), { className: "first" });
  const form = element("form", "", { noValidate: true });
  form.append(
    element("label", told("code"), { htmlFor: "code" }),
    wrong, // Above the code: a keyboard covers what is below.
    code,
    element("small", told("code_hint"), { id: "hint" }),
    join,
    element("p", told("kept"), { className: "hint" }),
    element("p", told("cookie"), { className: "hint" }),
  );
  const refuse = (/** @type {string} */ why) => {
    wrong.textContent = why;
    code.setAttribute("aria-invalid", "true");
    code.focus();
    wrong.scrollIntoView({ block: "nearest" });
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    const typed = code.value.replace(/[\s-]/g, "").toUpperCase();
    if (!typed) return refuse(told("code_missing"));
    if (typed.length !== CODE_LENGTH) return refuse(told("code_short", { number: typed.length }));
    join.disabled = true;
    wrong.textContent = "";
    say("");
    try {
      enter(typed, await ask("POST", `${encodeURIComponent(typed)}/me`));
    } catch (error) {
      join.disabled = false;
      refuse(error instanceof Error && error.message ? error.message : told("unreached"));
    }
  };
  main.replaceChildren(form);
  const mine = kept(JOINED);
  if (mine && mine !== settings.code) form.prepend(back(mine));
  else if (!settings.code) code.focus();
}

/** The way back to the class that this phone is in. @param {string} code */
function back(code) {
  const button = element("button", told("back_to_class", { code }), { type: "button" });
  button.onclick = () => {
    go(code);
    begin();
  };
  return button;
}

/** The page after the end. @param {string} key of what is said of what was sent */
function goodbye(key) {
  clear();
  say("");
  const another = element("button", told("another_class"), { type: "button" });
  another.onclick = () => {
    keep(ENDED, undefined);
    go("");
    welcome();
  };
  const words = element("section", "", { className: "stack goodbye" });
  words.append(element("h1", told("goodbye")), element("p", told(key)), element("p", told("learned")), another);
  main.replaceChildren(words);
  hear(`${told("goodbye")} ${told(key)}`);
}

/** The class of this code is over. @param {string} code @param {string} key of what is said of what was sent */
function end(code, key) {
  keep(ENDED, { code, key });
  keep(JOINED, undefined);
  go("");
  goodbye(key);
}

/** @param {string} code @param {import("./room.js").Screen} screen */
function enter(code, screen) {
  keep(JOINED, code);
  keep(ENDED, undefined);
  go(code);
  say("");
  const name = element("strong");
  const another = element("button", told("another_name"), { type: "button", className: "small" });
  header.replaceChildren(name, another);
  main.replaceChildren();
  const room = new Room(code, screen, main, {
    say,
    named: (now) => {
      if (name.textContent !== now.name) name.textContent = now.name;
      speak(now);
    },
    ended: (refusal, isLast) => {
      if (refusal.reason !== "unknown") return left(refusal.message);
      end(code, !isLast ? "ended" : room.screen.kept ? "ended_kept" : "ended_deleted");
    },
  });
  another.onclick = () => {
    const { name, round } = room.screen;
    if (!round || confirm(told("another_sure", { name }))) room.change("POST", "nickname");
  };
  footer.querySelector("details")?.remove();
  footer.append(own(room));
}

/** Whoever was in a class is in it no longer. @param {string} [words] why */
function left(words) {
  keep(JOINED, undefined);
  go("");
  welcome(words);
}

/** Have the address name the class, so that the page can be loaded anew. @param {string} code */
function go(code) {
  settings.code = code;
  history.replaceState(null, "", `${settings.base}/join${code && `/${code}`}${location.search}`);
}

/** What can be done with what this phone has sent. @param {Room} room */
function own(room) {
  const remove = element("button", told("delete_mine"), { type: "button", className: "harm" });
  remove.onclick = () => confirm(told("delete_sure")) && room.deleteAll();
  const leave = element("button", told("leave"), { type: "button" });
  leave.onclick = async () => confirm(told("leave_sure")) && (await room.leave()) && left();
  const row = element("div", "", { className: "row apart" });
  row.append(remove, leave);
  const part = element("details");
  const words = ["kept", "learned", "cookie"].map((key) => element("p", told(key)));
  part.append(element("summary", told("mine")), ...words, row);
  return part;
}

/** Offer the languages of the class, and speak one of them. @param {import("./room.js").Screen} screen */
function speak(screen) {
  for (const option of language.options) option.hidden = option.disabled = !screen.languages.includes(option.value);
  const isThere = [...language.options].some((each) => each.value === screen.language);
  if (isThere && screen.language !== settings.language) turnTo(screen.language);
}

/** @param {string} chosen language */
function turnTo(chosen) {
  const address = new URL(location.href);
  address.searchParams.set("lang", chosen);
  location.replace(address);
}

/** Whoever is in the class of the address already, as after the page was loaded anew, goes on. */
async function begin() {
  const over = kept(ENDED);
  if (over && over.key in settings.words && (!settings.code || settings.code === over.code)) return goodbye(over.key);
  if (!settings.code || kept(JOINED) !== settings.code) return welcome();
  try {
    enter(settings.code, await ask("GET", `${settings.code}/view`));
  } catch (error) {
    if (error instanceof Refusal && error.reason === "unknown") return end(settings.code, "ended");
    if (error instanceof Refusal) return welcome(error.reason === "member" ? "" : error.message);
    say(told("offline"));
    setTimeout(begin, 2_000);
  }
}

language.onchange = () => {
  keep(LANGUAGE, language.value);
  turnTo(language.value);
};
const chosen = kept(LANGUAGE);
const isAsked = new URLSearchParams(location.search).has("lang");
if (!isAsked && chosen !== settings.language && [...language.options].some((each) => each.value === chosen)) {
  turnTo(chosen);
} else begin();
