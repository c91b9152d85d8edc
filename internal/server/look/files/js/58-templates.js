// Files that are dropped anywhere on the form of the template scanner are
// chosen, and a page of results can be narrowed to some risks.
for (const form of document.querySelectorAll("form.tpl-form")) {
  const files = form.querySelector("input[type=file]");
  const holdsFiles = (event) => [...event.dataTransfer?.types ?? []].includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    form.classList.add("dragging");
  });
  form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("dragging"); });
  form.addEventListener("drop", (event) => {
    form.classList.remove("dragging");
    if (!holdsFiles(event)) return;
    event.preventDefault();
    files.files = event.dataTransfer.files;
    files.focus();
  });
  // A page that is being made says so; it stays usable when one comes back to it.
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "do") return;
    const { submitter } = event, text = [...submitter.childNodes].find((node) => node.nodeType === Node.TEXT_NODE), before = text?.data;
    if (!text) return;
    text.data = "Scanning …";
    addEventListener("pageshow", () => { text.data = before; }, { once: true });
  });
}

for (const section of document.querySelectorAll("[data-tpl-filter]")) {
  const result = section.closest(".tpl-result"), counts = section.querySelector(".kb-counts");
  if (!counts || counts.children.length < 2) continue;
  const set = Object.assign(document.createElement("fieldset"), { className: "tpl-filter" });
  set.append(Object.assign(document.createElement("legend"), { className: "hidden", textContent: "Show findings by risk" }));
  for (const item of counts.children) {
    const label = Object.assign(document.createElement("label"), { className: "choice" });
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true, value: item.querySelector(".kb-risk").textContent });
    label.append(box, item.firstElementChild);
    set.append(label);
  }
  set.addEventListener("change", () => {
    const shown = new Set([...set.querySelectorAll("input:checked")].map((box) => box.value));
    for (const li of result.querySelectorAll("li[data-risk]")) li.hidden = !shown.has(li.dataset.risk);
  });
  counts.replaceWith(set);
}
