// The filters. Without this script everything is shown and they are hidden.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  if (!form) return;
  form.hidden = false;

  const rules = [...document.querySelectorAll("details.rule")];
  const choices = ["risk", "verdict", "service", "place"].map(byId);
  const [risk, verdict, service, place] = choices;
  const search = byId("search");
  const fold = byId("fold");
  const number = (n) => n.toLocaleString("en");

  // What can be searched is gathered when a filter is first used: a page of
  // 50,000 checks shall not wait for it.
  let index;
  const gather = () => {
    index ??= rules.map((rule) => ({
      rule,
      text: rule.querySelector("summary").textContent.toLowerCase(),
      passed: rule.querySelector("details.passed"),
      checks: [...rule.querySelectorAll("li[data-at]")].map((item) => ({
        item,
        text: (item.textContent + " " + (item.querySelector("[title]")?.title ?? "")).toLowerCase(),
      })),
    }));
    return index;
  };

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const filtered = words.length > 0 || choices.some((c) => c.value);
    let shown = 0, all = 0, left = [];
    for (const { rule, text, passed, checks } of gather()) {
      const fits = (!risk.value || rule.dataset.risk === risk.value) &&
        (!service.value || rule.dataset.service === service.value);
      let here = 0, passes = 0;
      for (const check of checks) {
        const show = fits &&
          (!verdict.value || check.item.classList.contains(verdict.value)) &&
          (!place.value || check.item.dataset.at === place.value) &&
          words.every((word) => text.includes(word) || check.text.includes(word));
        check.item.hidden = !show;
        if (show) {
          here++;
          if (check.item.classList.contains("pass")) passes++;
        }
      }
      rule.hidden = here === 0;
      if (passed) passed.hidden = passes === 0;
      if (here > 0) left.push(rule);
      shown += here;
      all += checks.length;
    }
    byId("count").textContent = filtered ? `${number(shown)} of ${number(all)} shown` : `${number(all)} shown`;
    byId("nothing").hidden = shown > 0;
    // A search is for what it finds.
    if (words.length > 0 && shown <= 50) for (const rule of left) rule.open = true;
  };

  let waiting;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  };
  search.addEventListener("input", soon);
  for (const choice of choices) choice.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));

  const label = () => {
    fold.textContent = rules.every((rule) => rule.open) ? "Close all" : "Open all";
  };
  fold.addEventListener("click", () => {
    const open = !rules.every((rule) => rule.open);
    for (const rule of rules) rule.open = open;
    label();
  });
  for (const rule of rules) rule.addEventListener("toggle", label);
  label();

  // The overview and the controls lead to what they count.
  for (const part of document.querySelectorAll(".overview, .controls")) {
    part.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      form.reset();
      for (const choice of [...choices, search]) choice.value = link.dataset[choice.id] ?? "";
      apply();
      byId("findings").focus();
    });
  }

  // Paper does not unfold. How to repair is printed where it was opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open]):not(.repair)")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  byId("count").textContent = `${number(document.querySelectorAll("li[data-at]").length)} shown`;
})();
