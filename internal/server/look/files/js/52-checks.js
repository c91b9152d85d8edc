// The page of checks: what only a script can do is shown.
for (const part of document.querySelectorAll("[data-shown]")) part.hidden = false;

// The menus of the page do not leave the window, and only one is open.
{
  const menus = [...document.querySelectorAll("details[data-place]")];
  for (const menu of menus) {
    menu.addEventListener("toggle", () => {
      if (!menu.open) return;
      for (const other of menus) if (other !== menu) other.open = false;
      menu.classList.remove("flip");
      const panel = menu.querySelector(":scope > .checks-panel");
      menu.classList.toggle("flip", panel.getBoundingClientRect().right > document.documentElement.clientWidth - 8);
    });
  }
}

// A choice in the filter is applied when its menu closes.
for (const menu of document.querySelectorAll("details[data-apply]")) {
  let changed = false;
  menu.addEventListener("change", () => { changed = true; });
  menu.addEventListener("toggle", () => { if (changed && !menu.open) menu.closest("form").requestSubmit(); });
}

// On small screens the filter is behind a button.
for (const button of document.querySelectorAll(".checks-toggle")) {
  const form = document.getElementById(button.getAttribute("aria-controls"));
  const show = (open) => { form.classList.toggle("open", open); button.setAttribute("aria-expanded", open); };
  button.addEventListener("click", () => show(!form.classList.contains("open")));
  if (form.querySelector("[aria-invalid], .fault")) show(true);
}

// [data-needs="name"] can be pressed while a box of that name is checked.
for (const button of document.querySelectorAll("button[data-needs]")) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${button.dataset.needs}"]`)];
  const show = () => { button.disabled = !boxes.some((box) => box.checked); };
  document.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}

// An account and a group exclude each other: who chooses one leaves the other.
for (const form of document.querySelectorAll("form.scope")) {
  const { account, group } = form.elements;
  if (!account || !group) continue;
  form.addEventListener("change", (event) => {
    if (event.target === account && account.value) group.value = "";
    if (event.target === group && group.value) account.value = "";
  }, { capture: true });
}
