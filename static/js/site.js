// Small helps for pages that already work without them.

// The error summary takes focus, so that a screen reader starts from it.
function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  focusErrors(document);
  // The title of a partial answer that holds an error follows it.
  const plain = document.title.replace(/^Errore: /, "");
  document.body.addEventListener("htmx:afterSwap", () => {
    document.title = (document.querySelector("[data-error-summary]") ? "Errore: " : "") + plain;
  });
});
