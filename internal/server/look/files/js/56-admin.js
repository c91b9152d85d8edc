// textarea[data-lines] gets the numbers of its lines at the side.
for (const area of document.querySelectorAll("textarea[data-lines]")) {
  const box = document.createElement("div");
  const numbers = document.createElement("pre");
  box.className = "lines";
  numbers.setAttribute("aria-hidden", "true");
  area.replaceWith(box);
  box.append(numbers, area);
  let shown = 0;
  const follow = () => { numbers.scrollTop = area.scrollTop; };
  const count = () => {
    const lines = area.value.split("\n").length;
    if (lines !== shown) numbers.textContent = Array.from({ length: lines }, (_, i) => i + 1).join("\n") + "\n\n";
    shown = lines;
    follow();
  };
  const fit = () => { numbers.style.height = `${area.offsetHeight}px`; };
  area.addEventListener("input", count);
  area.addEventListener("scroll", follow);
  new ResizeObserver(fit).observe(area);
  count();
}

// [data-print] prints the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
