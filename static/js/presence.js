// Says again, while the page is open and seen, that somebody looks at it, and writes who else does.

const AGAIN = 30_000;
const box = document.querySelector("[data-presence]");

async function ask() {
  if (document.hidden) return;
  const answer = await fetch(box.dataset.presence, { headers: { Accept: "text/plain" }, redirect: "error" }).catch(() => null);
  if (!answer || !answer.ok) return;
  const said = await answer.text();
  if (box.textContent !== said) box.textContent = said;
}

if (box) {
  setInterval(ask, AGAIN);
  document.addEventListener("visibilitychange", ask);
}
