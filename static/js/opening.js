// The countdown of an opening: it starts from the seconds the server gave and asks nothing more of it.

document.documentElement.classList.add("has-js");

function inWords(seconds) {
  const parts = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.slice(1).map((part) => String(part).padStart(2, "0")).join(":");
  if (!parts[0]) return clock;
  return `${parts[0]} ${parts[0] === 1 ? "giorno" : "giorni"}, ${clock}`;
}

document.addEventListener("DOMContentLoaded", () => {
  const clock = document.querySelector("[data-opens-in]");
  if (!clock) return;
  const start = performance.now();
  const total = Number(clock.dataset.opensIn);
  let hidden = Date.now();
  const tick = () => {
    const left = Math.max(0, Math.ceil(total - (performance.now() - start) / 1000));
    clock.textContent = left ? inWords(left) : clock.dataset.open;
    if (left) setTimeout(tick, 250);
    else clock.setAttribute("role", "status");
  };
  // A device that slept does not know for how long: the server says the time again.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hidden = Date.now();
    else if (Date.now() - hidden > 60000) location.reload();
  });
  tick();
});
