// Gives the element that a user means: kind is "press" for what can be clicked,
// "field" for what can be filled in; name is its whole name or, where nothing has
// that and it ends in "…", the beginning of it. null when there is none that can
// be seen.
(kind, name) => {
  const words = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  const selectors = { press: "a[href], button, summary, input[type=submit]", field: "input:not([type=hidden]), select, textarea" };
  const named = (el) => {
    const by = el.getAttribute("aria-labelledby");
    const names = [el.getAttribute("aria-label")];
    if (by) names.push(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent).join(" "));
    for (const label of el.labels ?? []) names.push(label.textContent);
    if (kind === "press") names.push(el.textContent, el.value);
    return names.map(words).filter(Boolean);
  };
  const shown = [...document.querySelectorAll(selectors[kind])].filter((el) => el.checkVisibility({ visibilityProperty: true }));
  const start = name.endsWith("…") ? name.slice(0, -1) : null;
  return shown.find((el) => named(el).includes(name))
    ?? shown.find((el) => start !== null && named(el).some((text) => text.startsWith(start)))
    ?? null;
}
