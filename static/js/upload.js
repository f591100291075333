// Sending files one by one with their progress, a way to stop and to try again. Without it the form sends them all.
//
// A place is a form, or a part of one ([data-code]), with a file field and the list of what there is.

const SLOW = 4000; // without a sign of life (ms): say so
const LOST = 15000; // then give the line up
const SILENT = 90000; // the file has arrived whole and the portal does not answer

let onTheWay = 0;
const held = new Map(); // forms that were sent while a file was on its way, with the button that was pressed
window.addEventListener("beforeunload", (event) => {
  if (onTheWay) event.preventDefault(); // the browser asks before a file is lost
});

// A form around a place waits for the files on their way: it goes on by itself when all of them have arrived.
function hold(form) {
  const said = document.createElement("p");
  said.className = "notice notice--wait";
  said.setAttribute("role", "status");
  said.hidden = true;
  form.append(said);
  form.addEventListener("submit", (event) => {
    if (!onTheWay || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.set(form, event.submitter);
    said.hidden = false;
    said.textContent = "Un file non è ancora arrivato: appena è arrivato la pagina prosegue da sola.";
  });
}

function letGo() {
  if (onTheWay) return;
  held.forEach((button, form) => {
    const said = form.querySelector(":scope > .notice[role=status]:last-child");
    held.delete(form);
    if (form.querySelector(".sending--bad")) {
      said.textContent = "Un file non è arrivato: riprova o chiudilo, poi premi di nuovo.";
      return;
    }
    said.hidden = true;
    form.requestSubmit(button);
  });
}

function fileRow(list, file) {
  const row = document.createElement("li");
  row.className = "sending";
  const name = document.createElement("span");
  name.className = "sending__name";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `Invio di ${file.name}`);
  const said = document.createElement("span");
  said.className = "sending__said";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-primary btn-sm";
  row.append(name, bar, said, button);
  list.append(row);
  return { row, bar, said, button };
}

function label(button, word, name) {
  const more = document.createElement("span");
  more.className = "visually-hidden";
  more.textContent = ` ${name}`;
  button.replaceChildren(word, more);
}

function packed(place, input, file) {
  const form = place.closest("form");
  const data = place === form ? new FormData(form) : new FormData();
  if (place !== form) {
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("carica", place.dataset.code);
  }
  data.delete(input.name);
  data.append(input.name, file);
  return data;
}

function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null; // another page came instead
  }
}

// One file: resolves to whether it was taken.
function sendFile(place, input, file, list) {
  const { row, bar, said, button } = fileRow(list, file);
  return new Promise((resolve) => {
    const stop = (text, again) => {
      row.classList.add("sending--bad");
      said.textContent = text;
      bar.hidden = true;
      if (again) {
        label(button, "Riprova", file.name);
        button.onclick = () => {
          row.classList.remove("sending--bad");
          start();
        };
      } else {
        label(button, "Chiudi", file.name);
        button.onclick = () => row.remove();
      }
      resolve(false);
    };
    const start = () => {
      if (file.size > Number(place.dataset.largest)) return stop(place.dataset.tooLarge, false);
      const request = new XMLHttpRequest();
      const timers = [];
      let why = "";
      const giveUp = (text) => {
        why = text;
        request.abort();
      };
      const offline = () => giveUp("La linea è caduta: il file non è stato caricato.");
      const alive = () => {
        timers.splice(0).forEach(clearTimeout);
        timers.push(
          setTimeout(() => {
            said.textContent = "La linea è lenta: il portale aspetta ancora…";
          }, SLOW),
          setTimeout(offline, LOST),
        );
      };
      bar.hidden = false;
      bar.value = 0;
      said.textContent = "";
      label(button, "Annulla", file.name);
      button.onclick = () => request.abort();
      window.addEventListener("offline", offline);
      request.onloadend = () => {
        onTheWay -= 1;
        setTimeout(letGo); // once the fate of the file is known
        timers.splice(0).forEach(clearTimeout);
        window.removeEventListener("offline", offline);
      };
      request.upload.onload = () => {
        timers.splice(0).forEach(clearTimeout);
        timers.push(
          setTimeout(() => {
            giveUp("Il portale non risponde: guarda se il file è nell'elenco, altrimenti riprova.");
            refresh(place);
          }, SILENT),
        );
      };
      request.upload.onprogress = (event) => {
        alive();
        const part = Math.round((100 * event.loaded) / event.total);
        bar.value = part;
        said.textContent = part < 100 ? `${part}%` : "Controllo del file…";
      };
      request.onabort = () => {
        const arrived = bar.value === 100; // the portal was looking into it, and may have kept it
        const stopped = arrived ? "guarda se il file è già nell'elenco." : "il file non è stato caricato.";
        stop(why || `Invio annullato: ${stopped}`, true);
        if (arrived) refresh(place);
      };
      request.onerror = () => stop("La linea è caduta: il file non è stato caricato.", true);
      request.onload = () => {
        const answer = request.status === 200 ? answerOf(request) : null;
        if (answer) {
          if (answer.taken) {
            row.remove();
            resolve(true);
            refresh(place);
          } else stop(answer.text, Boolean(answer.again));
        } else if ([200, 401, 403].includes(request.status)) {
          stop("La sessione è scaduta: accedi in un'altra finestra, poi riprova.", true);
        } else if (request.status === 413) stop(place.dataset.tooLarge, false);
        else stop("Il portale non ha risposto: il file non è stato caricato.", true);
      };
      request.open("POST", place.closest("form").action || location.href);
      request.setRequestHeader("X-One-File", "1");
      alive();
      onTheWay += 1;
      request.send(packed(place, input, file));
    };
    start();
  });
}

// The list of what there is, as the server tells it; rows still on their way stay.
async function refresh(place) {
  const here = place.closest("li[id], section[id]");
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["[data-files]", "[data-state]"]) {
    const now = here.querySelector(part);
    const then = page.getElementById(here.id)?.querySelector(part);
    if (now && then) now.replaceWith(document.importNode(then, true));
  }
  htmx.process(here);
  watchPlaces(here);
}

function watchPlaces(root) {
  root.querySelectorAll("[data-upload]:not([data-watched])").forEach((place) => {
    place.dataset.watched = "1";
    const input = place.querySelector("input[type=file]");
    const list = document.createElement("ul");
    list.className = "sendings";
    const live = document.createElement("p");
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    const whole = place.matches("form");
    if (whole) place.after(list, live);
    else place.append(list, live);
    const button = whole ? place : place.querySelector("button[name=carica]");
    button.addEventListener(whole ? "submit" : "click", async (event) => {
      if (!input.files.length) return; // the server says what is missing
      event.preventDefault();
      const files = [...input.files];
      input.value = "";
      let taken = 0;
      for (const file of files) if (await sendFile(place, input, file, list)) taken += 1;
      live.textContent = `Caricati ${taken} file di ${files.length}.`;
      input.focus();
    });
  });
}

document.addEventListener("DOMContentLoaded", () => {
  watchPlaces(document);
  document.querySelectorAll("form:has([data-upload])").forEach(hold);
});
