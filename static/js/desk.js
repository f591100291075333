// The desk by keyboard. Everything here can be done without it; the keys of one letter can be switched off.

const KEPT = "sportello-tasti";
const WRITING = "textarea, select, input:not([type=radio]):not([type=checkbox])";

const keysOn = () => localStorage.getItem(KEPT) !== "no";
const rows = () => [...document.querySelectorAll("[data-key-row]")];
const isShown = (item) => item.offsetParent !== null;

// The row where the focus is, and what takes the focus in a row: the outcome chosen, or the link.
const rowNow = () => document.activeElement.closest("[data-key-row]");
const holder = (row) => row.querySelector("input[type=radio]:checked, input[type=radio], a");

function move(step) {
  const all = rows().filter(holder);
  const here = all.indexOf(rowNow());
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step];
  if (next) {
    holder(next).focus();
    next.scrollIntoView({ block: "center" });
  }
}

function choose(number) {
  const radio = rowNow()?.querySelectorAll("input[type=radio]")[number - 1];
  if (radio) {
    radio.checked = true;
    radio.focus();
  }
}

function help() {
  const box = document.querySelector("[data-keys]");
  if (!box) return;
  box.open = !box.open;
  box.querySelector("summary").focus();
}

const LETTERS = {
  j: () => move(1),
  k: () => move(-1),
  1: () => choose(1),
  2: () => choose(2),
  3: () => choose(3),
  n: () => rowNow()?.querySelector("textarea")?.focus(),
  "?": help,
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = document.activeElement.closest("form.act") || document.querySelector("form.act");
    const buttons = form ? [...form.querySelectorAll("button[type=submit]")] : [];
    const button = buttons.find((each) => each.hasAttribute("data-key-onward")) || buttons[0];
    if (button) {
      event.preventDefault();
      form.requestSubmit(button);
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const writing = event.target.matches(WRITING);
  if (event.key === "Escape" && writing && rowNow()) holder(rowNow()).focus();
  if (writing || !keysOn()) return;
  const link = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key && isShown(each));
  const act = link ? () => link.click() : LETTERS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-error-summary]")?.focus();
  const box = document.querySelector("[data-keys]");
  if (!box) return;
  box.hidden = false;
  const choice = box.querySelector("input");
  choice.checked = keysOn();
  choice.addEventListener("change", () => localStorage.setItem(KEPT, choice.checked ? "si" : "no"));
});
