// A form with data-busy says so on the button while it waits for an answer, and
// is not sent twice.
{
  const waiting = new Map(); // buttons and what stood on them
  for (const form of document.querySelectorAll("form[data-busy]")) {
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (waiting.has(button)) event.preventDefault();
      if (event.defaultPrevented || !button) return;
      waiting.set(button, [...button.childNodes]);
      // Later, for a disabled button would not send its value.
      setTimeout(() => { button.disabled = true; button.textContent = form.dataset.busy; });
    });
  }
  // The browser may bring the page back as it was.
  addEventListener("pageshow", () => {
    for (const [button, nodes] of waiting) { button.disabled = false; button.replaceChildren(...nodes); }
    waiting.clear();
  });
  // Of many tabs on a small screen, the current one is in sight.
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const tabs = tab.parentElement;
    tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
  }
  // What a check found out is read first.
  document.getElementById("result")?.focus();
}
