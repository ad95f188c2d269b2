// The phone's page: joins a class by its code, and shows what that asks for.

import { element, the } from "../elements.js";
import { Room } from "./room.js";
import { ask, Refusal } from "./server.js";
import { keep, kept, settings, told } from "./settings.js";

const JOINED = "class"; // under which name the phone keeps the code of the class that it is in

const [main, header, footer, notice] = ["main", "#header", "#footer", "#notice"].map((each) => the(document, each));
const language = /** @type {HTMLSelectElement} */ (the(document, "#language"));
const title = [...header.children];

/** @param {string} words */
function say(words) {
  if (notice.textContent !== words) notice.textContent = words;
}

/** The page of somebody who is in no class. @param {string} [words] why */
function welcome(words = "") {
  header.replaceChildren(...title);
  footer.querySelector("details")?.remove();
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
  const join = element("button", told("join"), { className: "first" });
  const form = element("form");
  form.append(
    element("label", told("code"), { htmlFor: "code" }),
    code,
    element("small", told("code_hint")),
    join,
    element("p", told("kept"), { className: "hint" }),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    join.disabled = true;
    say("");
    try {
      const typed = code.value.replace(/[\s-]/g, "").toUpperCase() || "-";
      enter(typed, await ask("POST", `${encodeURIComponent(typed)}/me`));
    } catch (error) {
      say(error instanceof Error && error.message ? error.message : told("offline"));
      join.disabled = false;
      code.focus();
    }
  };
  main.replaceChildren(form);
  if (!settings.code) code.focus();
}

/** @param {string} code @param {import("./room.js").Screen} screen */
function enter(code, screen) {
  keep(JOINED, code);
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
    ended: (refusal) => left(refusal.reason === "unknown" ? told("ended") : refusal.message),
  });
  another.onclick = () => room.change("POST", "nickname");
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
  const remove = element("button", told("delete_mine"), { type: "button" });
  remove.onclick = () => confirm(told("delete_sure")) && room.deleteAll();
  const leave = element("button", told("leave"), { type: "button" });
  leave.onclick = async () => confirm(told("leave_sure")) && (await room.leave()) && left();
  const row = element("div", "", { className: "row small" });
  row.append(remove, leave);
  const part = element("details");
  part.append(element("summary", told("mine")), row, element("p", told("kept")));
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
  if (!settings.code || kept(JOINED) !== settings.code) return welcome();
  try {
    enter(settings.code, await ask("GET", `${settings.code}/view`));
  } catch (error) {
    if (error instanceof Refusal && error.reason === "unknown") return left(told("ended"));
    if (error instanceof Refusal) return welcome(error.reason === "member" ? "" : error.message);
    say(told("offline"));
    setTimeout(begin, 2_000);
  }
}

language.onchange = () => turnTo(language.value);
begin();
