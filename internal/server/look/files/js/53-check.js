// [data-copy-link] copies the address of the page.
for (const button of document.querySelectorAll("[data-copy-link]")) {
  if (!navigator.clipboard) continue;
  const words = button.querySelector("span");
  const text = words.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const address = new URL(location.href);
    address.hash = "";
    try {
      await navigator.clipboard.writeText(address.href);
      words.textContent = "Copied";
    } catch {
      words.textContent = "Not possible";
    }
    setTimeout(() => { words.textContent = text; }, 2000);
  });
}
