// What makes pages nicer to use. Everything works without it.
"use strict";

// Each block of code gets a button that copies it.
for (const figure of document.querySelectorAll("figure.code")) {
  const code = figure.querySelector("code");
  if (!code || !navigator.clipboard) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy quiet";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  figure.insertBefore(button, figure.querySelector("pre"));
}

// A form with data-auto is sent as soon as a choice is made.
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", (event) => { if (event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit(); });
  for (const button of form.querySelectorAll("[data-auto-hide]")) button.hidden = true;
}

// A form with data-confirm asks first; so does a button in a form.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

// Empty fields of a form that filters do not clutter the address.
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}

// [data-all="name"] checks all boxes of that name; [data-count="name"] shows how many are.
for (const all of document.querySelectorAll("input[data-all]")) {
  const boxes = () => [...document.querySelectorAll(`input[type=checkbox][name="${all.dataset.all}"]`)];
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && chosen < boxes().length;
    for (const place of document.querySelectorAll(`[data-count="${all.dataset.all}"]`)) place.textContent = chosen;
  };
  all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; show(); });
  for (const box of boxes()) box.addEventListener("change", show);
  show();
}

// input[data-filter="#list"] hides the elements of a list, marked data-text,
// that do not hold all its words.
for (const input of document.querySelectorAll("input[data-filter]")) {
  const rows = [...document.querySelectorAll(`${input.dataset.filter} [data-text]`)];
  const none = document.querySelector(`${input.dataset.filter}-none`);
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.dataset.text.toLowerCase().includes(word));
      row.hidden = !fits;
      if (fits) shown++;
    }
    if (none) none.hidden = shown > 0;
  };
  input.addEventListener("input", apply);
  apply();
}

// The menu of small screens closes by Escape and by a click elsewhere.
for (const menu of document.querySelectorAll("details.menu, details.popup")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}
