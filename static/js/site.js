// Small helps for pages that already work without them.

// The error summary takes focus, so that a screen reader starts from it.
function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  focusErrors(document);
  const plain = document.title.replace(/^Errore: /, "");
  // A piece of page that turns out to be a whole one (the sign-in, after the session expired) is not put inside ours.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    const whole = /^\s*<!doctype html/i.test(xhr.responseText);
    if (whole && target !== document.body && !event.detail.elt.closest("[hx-select]")) event.detail.shouldSwap = false;
  });
  // A form that was to refresh a piece of page, and found the session expired: sent whole, so that what is typed is kept.
  document.body.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    const expired = xhr.status === 401 || xhr.status === 403;
    if (expired && elt.matches("form[method=post]:not([data-autosave])")) elt.submit();
  });
  // After a piece of page was refreshed: its errors take focus and the title says whether there are any.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    focusErrors(event.detail.elt);
    document.title = (document.querySelector("[data-error-summary]") ? "Errore: " : "") + plain;
  });
});
