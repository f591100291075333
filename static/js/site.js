// Small helps for pages that already work without them.

// The error summary takes focus, so that a screen reader starts from it.
function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  focusErrors(document);
  const plain = document.title.replace(/^Errore: /, "");
  // After a piece of page was refreshed: its errors take focus and the title says whether there are any.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    focusErrors(event.detail.elt);
    document.title = (document.querySelector("[data-error-summary]") ? "Errore: " : "") + plain;
  });
});
