// Tables of values grow: a button adds a row to each table marked data-rows.
for (const table of document.querySelectorAll("table[data-rows]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet small";
  button.textContent = "Add a row";
  button.addEventListener("click", () => {
    const rows = table.tBodies[0].rows;
    const row = rows[rows.length - 1].cloneNode(true);
    for (const field of row.querySelectorAll("input, textarea")) field.value = "";
    table.tBodies[0].append(row);
    row.querySelector("input, textarea").focus();
  });
  table.after(button);
}

// The exceptions of a profile are a choice of one way to apply it only.
for (const box of document.querySelectorAll("input[type=checkbox][name=exceptions]")) {
  const modes = [...box.form.querySelectorAll("input[type=radio][name=mode]")];
  const show = () => { box.closest("fieldset").hidden = !modes.some((mode) => mode.checked && mode.value === "overwrite"); };
  for (const mode of modes) mode.addEventListener("change", show);
  show();
}
