// [data-copy-link] copies the address of the page, [data-copy-from] what is at
// another address.
for (const button of document.querySelectorAll("[data-copy-link], [data-copy-from]")) {
  if (!navigator.clipboard) continue;
  const words = button.querySelector("span");
  const text = words.textContent;
  const wanted = async () => {
    const from = button.dataset.copyFrom;
    if (!from) return location.href.replace(/#.*/, "");
    const answer = await fetch(from);
    if (!answer.ok || answer.redirected) throw new Error(`it cannot be had: ${answer.status}`);
    return answer.text();
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(await wanted());
      words.textContent = "Copied";
    } catch {
      words.textContent = "Not possible";
    }
    setTimeout(() => { words.textContent = text; }, 2000);
  });
}
