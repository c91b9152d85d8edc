// The search of the knowledge base finds rules while one types, by the index
// that is fetched once, and ranks them as the server does.
{
  const idle = new Set("a an and are at be by can do does for from has have how i in is it my of on or that the their to what which with avoid check ensure find fix make must prevent should show stop sure".split(" "));
  const risks = ["", "low", "medium", "high", "very high", "extreme"];
  const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const spaced = (text) => ` ${wordsOf(text).join(" ")} `;
  const stem = (word) => word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;

  // load gives the rules of the index: fetched from a server, or by a script
  // where the site is of files, which browsers do not let pages fetch.
  let loading;
  const load = (form) => loading ??= (async () => {
    const { kbIndex: path, kbRoot: root } = form.dataset;
    let index;
    if (path.endsWith(".js")) {
      await new Promise((done, failed) => document.head.append(Object.assign(document.createElement("script"), { src: path, onload: done, onerror: failed })));
      index = globalThis.suretyIndex;
    } else {
      const answer = await fetch(path);
      if (!answer.ok || answer.redirected) throw new Error(`the index cannot be had: ${answer.status}`);
      index = await answer.json();
    }
    const base = root ? root + index.base.replace(/^\//, "") : index.base;
    return index.rules.map(([id, title, at, risk, slug]) => {
      const service = index.services[at];
      return { id, title, service, risk: risks[risk], href: `${base}${service}/${slug}.html`, lowId: id.toLowerCase(), fields: [[spaced(title), 120, 90], [spaced(service), 80, 50], [spaced(risks[risk]), 40, 30]] };
    });
  })();

  // parse reads a query into terms, each with the stems of its words.
  const parse = (query) => {
    const terms = [], spare = [];
    for (const raw of query.toLowerCase().slice(0, 200).split(/\s+/)) {
      const word = raw.replace(/^["'?!,;.`(]+|["'?!,;.`)]+$/g, "");
      const parts = wordsOf(word);
      if (!parts.length) continue;
      (parts.length === 1 && idle.has(parts[0]) ? spare : terms).push({ word, stems: parts.map(stem) });
    }
    return (terms.length ? terms : spare).slice(0, 12);
  };

  const worth = (rule, term) => {
    if (rule.lowId === term.word) return 10000;
    if (term.word.length > 2 && rule.lowId.startsWith(term.word)) return 300;
    let best = 0;
    for (const [text, whole, start] of rule.fields) {
      let value = whole;
      for (const part of term.stems) {
        if (text.includes(` ${part} `) || text.includes(` ${part}s `)) continue;
        value = text.includes(` ${part}`) ? Math.min(value, start) : 0;
        if (!value) break;
      }
      best = Math.max(best, value);
    }
    return best;
  };

  const search = (rules, query) => {
    const terms = parse(query), whole = spaced(query);
    const hits = [];
    let most = 1;
    for (const rule of rules) {
      const each = terms.map((term) => worth(rule, term)).filter(Boolean);
      if (!each.length) continue;
      most = Math.max(most, each.length);
      hits.push({ rule, found: each.length, score: each.reduce((a, b) => a + b) + (rule.fields[0][0].includes(whole) ? 50 : 0) });
    }
    return hits.filter((hit) => hit.found === most).sort((a, b) => b.score - a.score).slice(0, 10).map((hit) => hit.rule);
  };

  for (const form of document.querySelectorAll("form[data-kb-index]")) {
    const input = form.querySelector("input"), offline = Boolean(form.dataset.kbRoot);
    form.hidden = false;
    const list = Object.assign(document.createElement("ul"), { id: "kb-hits", className: "kb-hits", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Rules found");
    const said = Object.assign(document.createElement("span"), { className: "hidden" });
    said.setAttribute("role", "status");
    form.append(list, said);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
    let active = -1;

    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (at) => {
      active = at;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
      if (at < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    };
    const item = (className, ...parts) => {
      const li = Object.assign(document.createElement("li"), { className, id: `kb-hit-${list.children.length}` });
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", "false");
      li.append(...parts);
      list.append(li);
      return li;
    };
    const span = (className, text) => Object.assign(document.createElement("span"), { className, textContent: text });

    const show = async () => {
      const query = input.value.trim();
      if (!query) return close();
      let rules;
      try { rules = await load(form); } catch { return close(); } // the form itself still searches
      if (query !== input.value.trim()) return;
      const hits = search(rules, query);
      list.replaceChildren();
      active = -1;
      input.removeAttribute("aria-activedescendant");
      for (const rule of hits) {
        const li = item("", span("", rule.title), span(`risk risk-${rule.risk.replace(" ", "-")}`, rule.risk.replace(/^./, (first) => first.toUpperCase())), span("kb-hit-of", `${rule.service} · ${rule.id}`));
        li.dataset.href = rule.href;
      }
      if (!offline) item("kb-all", `Search all texts for “${query}”`);
      said.textContent = hits.length === 1 ? "1 rule found" : `${hits.length || "No"} rules found`;
      if (!list.children.length) item("soft", "No rule has these words");
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    };
    const go = (li) => {
      if (li.dataset.href) location.assign(li.dataset.href);
      else if (!offline) form.submit();
    };

    input.addEventListener("focus", () => { load(form).catch(() => { loading = undefined; }); }, { once: true });
    input.addEventListener("input", show);
    input.addEventListener("keydown", (event) => {
      const n = list.children.length;
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && n) {
        event.preventDefault();
        choose(event.key === "ArrowDown" ? (active + 1) % n : (active <= 0 ? n : active) - 1);
      } else if (event.key === "ArrowDown" && list.hidden) {
        show();
      } else if (event.key === "Enter" && !list.hidden && (active >= 0 || offline) && n) {
        event.preventDefault();
        go(list.children[Math.max(active, 0)]);
      }
    });
    form.addEventListener("submit", (event) => { if (offline) event.preventDefault(); });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => { const li = event.target.closest("li"); if (li) go(li); });
    input.addEventListener("blur", close);
  }
}

// On a site of files, the filter of the list of rules hides rows.
for (const form of document.querySelectorAll("form[data-kb-rows]")) {
  const rows = [...document.querySelectorAll(`${form.dataset.kbRows} tbody tr`)], count = document.querySelector("#found");
  form.hidden = false;
  form.addEventListener("change", () => {
    const { risk, category } = Object.fromEntries(new FormData(form));
    let shown = 0;
    for (const row of rows) {
      row.hidden = Boolean(risk && row.dataset.risk !== risk || category && !row.dataset.category.split(" ").includes(category));
      if (!row.hidden) shown++;
    }
    if (count) count.textContent = shown === 1 ? "1 rule" : `${shown} rules`;
  });
}

// A field that only a script makes work is shown by it.
for (const form of document.querySelectorAll("form.kb-find")) {
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
}

// The contents of a page say where the reader is.
{
  const links = [...document.querySelectorAll(".kb-contents a")];
  const parts = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1)))?.closest("section")).filter(Boolean);
  if (parts.length && "IntersectionObserver" in globalThis) {
    const seen = new Set();
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) entry.isIntersecting ? seen.add(entry.target) : seen.delete(entry.target);
      const first = parts.findIndex((part) => seen.has(part));
      links.forEach((link, i) => { if (i === first) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current"); });
    }, { rootMargin: "-10% 0px -60% 0px" });
    for (const part of parts) watch.observe(part);
  }
}
