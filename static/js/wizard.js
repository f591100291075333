// A page of the wizard: it saves itself while one writes, and says when it cannot. Without it the page works by its button.

const EVERY = 1500; // writing without a pause is saved this often
const QUIET = 700; // and this long after the last key

function watchForm(form) {
  const status = document.getElementById("salvato");
  const banner = document.getElementById("avviso-salvataggio");
  let last = 0;
  let timer = null;
  let dirty = false; // something typed is not saved yet
  let busy = false;

  const say = (kind) => {
    for (const part of banner.children) part.hidden = part.dataset.kind !== kind;
    banner.hidden = !kind;
  };

  const send = () => {
    timer = null;
    if (busy) return plan();
    last = performance.now();
    dirty = false;
    busy = true;
    htmx.trigger(form, "autosave");
  };
  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(send, Math.min(QUIET, Math.max(0, last + EVERY - performance.now())));
  };
  const changed = () => {
    if (!dirty) last = Math.max(last, performance.now() - EVERY + QUIET); // a first key waits for the next ones
    dirty = true;
    plan();
  };

  // After signing in elsewhere the old token is no longer good: the page asks for the one of now.
  const freshToken = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector(`form[data-autosave="${form.dataset.autosave}"] [name=csrfmiddlewaretoken]`);
    if (answer.redirected || !answer.ok || !token) return false;
    form.querySelector("[name=csrfmiddlewaretoken]").value = token.value;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token.value }));
    return true;
  };
  const tryAgain = async () => {
    if (banner.hidden && !dirty) return;
    try {
      if (!banner.hidden && !(await freshToken())) return;
    } catch {
      return;
    }
    send();
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    busy = false;
    const code = event.detail.xhr.status;
    if (event.detail.successful) say("");
    else {
      dirty = true;
      say(code === 401 || code === 403 ? "session" : "line");
      status.textContent = "";
      if (code !== 401 && code !== 403) setTimeout(tryAgain, 5000);
    }
  });
  window.addEventListener("offline", () => say("line"));
  window.addEventListener("online", tryAgain);
  window.addEventListener("focus", () => banner.hidden || tryAgain());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && dirty) send(); // a telephone may never come back to this page
  });
  // The button must not lose what is typed either: without a line the page stays, with an expired session too.
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      say("line");
      banner.focus();
    }
  });
  // Whoever writes faster than this script arrives, or comes back to a page that the browser filled in again.
  if (Array.from(form.elements).some(touched)) changed();
}

function touched(field) {
  if (field.type === "hidden" || field.type === "submit") return false;
  if (field.options) {
    const meant = Array.from(field.options).findLastIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(0, meant); // a list in which nothing is chosen shows its first line
  }
  return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-autosave]").forEach(watchForm);
});
