// The time left before an instant, by the server's clock: the page carries both instants, the device only measures
// what has passed since. The words are those of portal/templatetags/countdown.py.

const started = performance.now();

function plural(n, one, many) {
  return `${n} ${n === 1 ? one : many}`;
}

function timeLeft(seconds) {
  if (seconds <= 0) return "Il tempo è scaduto.";
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `Mancano ${plural(Math.floor(hours / 24), "giorno", "giorni")}.`;
  const words = [];
  if (hours) words.push(plural(hours, "ora", "ore"));
  if (hours ? minutes % 60 : minutes) words.push(plural(minutes % 60, "minuto", "minuti"));
  if (!hours && minutes < 10) words.push(plural(Math.floor(seconds % 60), "secondo", "secondi"));
  const first = hours || minutes || Math.floor(seconds);
  return `${words.length === 1 && first === 1 ? "Manca" : "Mancano"} ${words.join(" e ")}.`;
}

function startCountdowns() {
  let late = 0; // what the server's clock says more than ours, learnt after a long sleep
  let left = performance.now();
  const draw = () => {
    document.querySelectorAll("[data-countdown]").forEach((box) => {
      const now = Date.parse(box.dataset.now) + (performance.now() - started) + late;
      const text = timeLeft((Date.parse(box.dataset.until) - now) / 1000);
      const words = box.querySelector("[data-left]");
      if (words.textContent !== text) words.textContent = text;
    });
  };
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) {
      left = performance.now();
      return;
    }
    const box = document.querySelector("[data-countdown]");
    if (!box || performance.now() - left < 60000) return draw();
    try {
      const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
      late = Date.parse(answer.headers.get("Date")) - (Date.parse(box.dataset.now) + performance.now() - started);
    } catch {
      // no line: the time measured here goes on
    }
    draw();
  });
  setInterval(draw, 1000);
  draw();
}

document.addEventListener("DOMContentLoaded", startCountdowns);
