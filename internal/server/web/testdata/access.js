// Holds a page against what WCAG 2.2 (levels A and AA) asks of it, as far as the
// page itself can tell. Gives functions that each list what is wrong, in words.
(() => {
  // What is seen of the page, and how it is named in a finding.
  const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0;
  const words = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  const name = (el) => {
    let text = el.tagName.toLowerCase();
    if (el.id) text += "#" + el.id;
    else if (el.getAttribute("class")) text += "." + words(el.getAttribute("class")).replaceAll(" ", ".");
    if (el.getAttribute("name")) text += `[name=${el.getAttribute("name")}]`;
    const said = words(el.textContent || el.getAttribute("aria-label")).slice(0, 40);
    return said ? `${text} “${said}”` : text;
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  // For those only who hear the page, or made so small that it is not seen.
  const tiny = (el) => { const box = el.getBoundingClientRect(); return box.width <= 1 || box.height <= 1 || !!el.closest(".hidden"); };
  const within = (outer, inner) => outer !== inner && outer.contains(inner);
  const pressable = "a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex]:not([tabindex='-1'])";

  // Colours: the browser turns any notation into red, green, blue and alpha.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (text) => {
    if (!known.has(text)) {
      canvas.canvas.width = canvas.canvas.height = 1;
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(text, [r, g, b, a / 255]);
    }
    return known.get(text);
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const luminance = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (x, y) => {
    const [a, b] = [luminance(x), luminance(y)].sort((p, q) => q - p);
    return (a + 0.05) / (b + 0.05);
  };
  // The paper behind an element; null where a picture is.
  const papers = new Map();
  const paper = (el) => {
    if (!el) return [255, 255, 255, 1];
    if (!papers.has(el)) {
      const style = getComputedStyle(el);
      const own = colour(style.backgroundColor);
      let result = null;
      if (style.backgroundImage === "none") {
        const under = own[3] === 1 ? own : paper(el.parentElement);
        result = under && over(own, under);
      }
      papers.set(el, result);
    }
    return papers.get(el);
  };
  const faded = (el) => { let sum = 1; for (; el; el = el.parentElement) sum *= Number(getComputedStyle(el).opacity); return sum; };
  const legible = (findings, el, style, ink) => {
    const under = paper(el);
    if (!under) return;
    const c = colour(ink);
    const ratio = contrast(over([...c.slice(0, 3), c[3] * faded(el)], under), under);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < least - 0.005) findings.add(`contrast ${ratio.toFixed(2)} instead of ${least}: ${name(el)} (${ink} on rgb(${under.slice(0, 3).map(Math.round)}))`);
  };

  return {
    // Opens what can be opened, but not what would lie over the rest.
    open() {
      for (const d of document.querySelectorAll("details:not(.menu, .popup)")) d.open = true;
    },
    popups(open) {
      for (const d of document.querySelectorAll("details.menu, details.popup")) d.open = open;
    },

    // Text against its paper; edges of fields against theirs.
    contrast() {
      const findings = new Set();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const done = new Set();
      while (walker.nextNode()) {
        const el = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || done.has(el)) continue;
        done.add(el);
        if (!seen(el) || tiny(el) || el.closest(":disabled, [aria-disabled=true], option, title, desc")) continue;
        const style = getComputedStyle(el);
        legible(findings, el, style, el instanceof SVGElement ? style.fill : style.color);
      }
      for (const el of all("[data-label]")) {
        const style = getComputedStyle(el, "::before");
        if (style.content !== "none" && style.content !== "normal" && style.content !== '""') legible(findings, el, style, style.color);
      }
      for (const el of all("input[placeholder], textarea[placeholder]")) {
        const style = getComputedStyle(el, "::placeholder");
        legible(findings, el, style, style.color);
      }
      for (const el of all("input:not([type=hidden], [type=checkbox], [type=radio], [type=range], [type=file]), select, textarea")) {
        if (tiny(el) || el.disabled) continue;
        const style = getComputedStyle(el), around = paper(el.parentElement);
        if (!around) continue;
        const edge = contrast(over(colour(style.borderBottomColor), around), around);
        const inside = paper(el) ? contrast(paper(el), around) : 1;
        if (Math.max(edge, inside) < 3) findings.add(`the edge of ${name(el)} has a contrast of ${edge.toFixed(2)} instead of 3`);
      }
      return [...findings];
    },

    // The page fits the width of the window, and nothing is cut off.
    layout() {
      const findings = [];
      const root = document.documentElement, width = root.clientWidth;
      if (root.scrollWidth > width) {
        const scrolls = (el) => { for (el = el.parentElement; el && el !== document.body; el = el.parentElement) if (getComputedStyle(el).overflowX !== "visible") return true; return false; };
        const wide = all("body *").filter((el) => el.getBoundingClientRect().right > width + 1 && !scrolls(el));
        const first = wide.filter((el) => !wide.some((other) => within(el, other)));
        findings.push(`the page is ${root.scrollWidth} wide in a window of ${width}: ${first.slice(0, 3).map(name).join(", ")}`);
      }
      for (const el of all("body *")) {
        if (el.scrollWidth <= el.clientWidth + 1 || el.clientWidth <= 1 || el.closest("svg, pre[aria-hidden]")) continue;
        const style = getComputedStyle(el);
        if ((style.overflowX === "hidden" || style.overflowX === "clip") && style.textOverflow !== "ellipsis" && !el.matches("input, select, textarea, .hidden, .hidden *")) {
          findings.push(`${name(el)} is cut off: ${el.scrollWidth} in ${el.clientWidth}`);
        }
      }
      return findings;
    },

    // What is to be hit is 24 pixels wide and high, stands in a sentence, or has
    // room around it (2.5.8).
    targets() {
      const boxes = all(pressable).filter((el) => !tiny(el) && !el.closest("svg")).map((el) => {
        const boxes = [el, ...(el.matches("[type=checkbox], [type=radio]") ? el.labels : [])].map((e) => e.getBoundingClientRect());
        const left = Math.min(...boxes.map((r) => r.left)), right = Math.max(...boxes.map((r) => r.right));
        const top = Math.min(...boxes.map((r) => r.top)), bottom = Math.max(...boxes.map((r) => r.bottom));
        return { el, left, right, top, bottom, x: (left + right) / 2, y: (top + bottom) / 2, small: right - left < 23.5 || bottom - top < 23.5 };
      });
      const sentence = (el) => {
        if (getComputedStyle(el).display !== "inline") return false;
        let block = el.parentElement;
        while (block && getComputedStyle(block).display === "inline") block = block.parentElement;
        return block && words(block.textContent).length > words(el.textContent).length;
      };
      const findings = [];
      for (const one of boxes) {
        if (!one.small || sentence(one.el)) continue;
        for (const other of boxes) {
          if (other === one || within(one.el, other.el) || within(other.el, one.el)) continue;
          const dx = Math.max(other.left - one.x, 0, one.x - other.right), dy = Math.max(other.top - one.y, 0, one.y - other.bottom);
          const near = other.small ? Math.hypot(other.x - one.x, other.y - one.y) < 23.5 : Math.hypot(dx, dy) < 11.75;
          if (near) {
            findings.push(`${name(one.el)} is ${Math.round(one.right - one.left)} by ${Math.round(one.bottom - one.top)} and too near to ${name(other.el)}`);
            break;
          }
        }
      }
      return findings;
    },

    // How the page is built.
    structure() {
      const findings = [];
      const say = (text) => findings.push(text);
      const root = document.documentElement;
      if (!root.lang) say("the page has no language");
      if (!words(document.title)) say("the page has no title");
      const headings = all("h1, h2, h3, h4, h5, h6");
      const firsts = headings.filter((h) => h.tagName === "H1").length;
      if (firsts !== 1) say(`there are ${firsts} h1`);
      let level = 0;
      for (const h of headings) {
        const next = Number(h.tagName[1]);
        if (next > level + 1) say(`h${level} is followed by ${name(h)}`);
        if (!words(h.textContent)) say(`${name(h)} is empty`);
        level = next;
      }
      const ids = new Map();
      for (const el of document.querySelectorAll("[id]")) {
        if (ids.has(el.id)) say(`the id ${el.id} is that of ${name(ids.get(el.id))} and of ${name(el)}`);
        ids.set(el.id, el);
        if (!el.id || /\s/.test(el.id)) say(`${name(el)} has the id “${el.id}”`);
      }
      for (const attribute of ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers", "list"]) {
        for (const el of document.querySelectorAll(`[${attribute}]`)) {
          for (const id of el.getAttribute(attribute).split(/\s+/)) if (!ids.has(id)) say(`${attribute} of ${name(el)} leads to no element: “${id}”`);
        }
      }
      for (const el of all("img")) if (!el.hasAttribute("alt")) say(`${name(el)} has no alt`);
      for (const el of all("table")) {
        if (!el.querySelector("th")) say(`${name(el)} has no headers`);
        for (const th of el.querySelectorAll("th")) {
          if (!words(th.textContent) && !th.getAttribute("aria-label")) say(`a header of ${name(el)} is empty`);
          if (!th.hasAttribute("scope")) say(`${name(th)} has no scope`);
        }
      }
      if (all("main").length !== 1) say(`there are ${all("main").length} main`);
      const lone = [...document.body.querySelectorAll("a[href], button, input:not([type=hidden]), p, table")].filter((el) => seen(el) && !el.closest("main, header, nav, aside, footer, .skip"));
      for (const el of lone) say(`${name(el)} stands in no landmark`);
      for (const kind of ["nav", "aside", "section[aria-label], section[aria-labelledby]"]) {
        const labels = new Map();
        for (const el of all(kind)) {
          const by = el.getAttribute("aria-labelledby");
          const label = words(el.getAttribute("aria-label") ?? (by && document.getElementById(by)?.textContent));
          if (labels.has(label)) say(`${name(labels.get(label))} and ${name(el)} have the same name “${label}”`);
          labels.set(label, el);
        }
      }
      for (const el of all("li")) if (!el.parentElement.matches("ul, ol, menu")) say(`${name(el)} is in no list`);
      for (const el of all("ul, ol")) for (const child of el.children) if (!child.matches("li, script, template")) say(`${name(child)} in a list is no item`);
      for (const el of all("dt, dd")) if (!el.parentElement.matches("dl, dl > div")) say(`${name(el)} is in no dl`);
      for (const el of all(":is(a[href], button, label) :is(a[href], button)")) say(`${name(el)} is within something else that can be clicked`);
      for (const el of document.querySelectorAll("[tabindex]")) if (el.tabIndex > 0) say(`${name(el)} changes the order of the focus`);
      for (const el of all("[aria-invalid=true]")) {
        const by = (el.getAttribute("aria-describedby") ?? "").split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
        if (!by.some((b) => words(b.textContent))) say(`${name(el)} is invalid and no text says why`);
      }
      const rows = new Map();
      for (const el of all("main :is(tr, li) :is(a[href], button)")) {
        const said = words(el.getAttribute("aria-label") ?? el.textContent), to = el.href ?? el.form?.action + el.value;
        if (said.includes(" ")) continue;
        if (rows.has(said) && rows.get(said) !== to) say(`“${said}” leads to ${rows.get(said)} and to ${to}`);
        rows.set(said, to);
      }
      for (const group of new Set(all("input[type=radio]").map((el) => el.closest("fieldset, [role=radiogroup]") ?? el))) {
        if (!group.matches("fieldset:has(> legend), [role=radiogroup][aria-label], [role=radiogroup][aria-labelledby]")) say(`the choice of ${name(group)} is in no fieldset with a legend`);
      }
      return findings;
    },

    // Where the focus is can be seen on everything that can have it.
    focus() {
      const findings = [];
      const before = document.activeElement;
      for (const el of all(pressable)) {
        if (el.disabled || tiny(el)) continue;
        el.focus({ preventScroll: true });
        if (document.activeElement !== el) { findings.push(`${name(el)} does not take the focus`); continue; }
        // Something around it may show the focus in its place.
        const shown = [el, el.parentElement, el.parentElement?.parentElement].find((e) => e && getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) >= 2);
        if (!shown) { findings.push(`on ${name(el)} the focus is not seen`); continue; }
        const style = getComputedStyle(shown);
        const around = paper(parseFloat(style.outlineOffset) < 0 ? shown : shown.parentElement);
        if (!around) continue;
        const ratio = contrast(over(colour(style.outlineColor), around), around);
        if (ratio < 3) findings.push(`the focus on ${name(el)} has a contrast of ${ratio.toFixed(2)} instead of 3`);
      }
      before?.blur?.();
      document.activeElement?.blur?.();
      return findings;
    },

    // What the key Tab is to reach; of radio buttons one of each group.
    reachable() {
      const groups = new Set();
      return all(pressable).filter((el) => {
        if (el.disabled || el.tabIndex < 0 || el.closest("[inert]")) return false;
        if (el.type !== "radio") return true;
        const group = (el.form?.action ?? "") + el.name;
        return !groups.has(group) && groups.add(group);
      });
    },
    watchTab() {
      const reached = new Set(), hidden = [];
      document.addEventListener("focusin", ({ target: el }) => {
        reached.add(el);
        const box = [...el.getClientRects()].find((r) => r.width > 0 && r.height > 0);
        if (!box || tiny(el)) return;
        const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 2), x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
        const top = document.elementFromPoint(x, y);
        if (top && !el.contains(top) && !top.contains(el) && ![...(el.labels ?? [])].some((l) => l.contains(top))) hidden.push(`${name(el)} has the focus and is hidden by ${name(top)}`);
      });
      const wanted = this.reachable();
      window.suretyTab = () => {
        const names = new Set([...reached].filter((el) => el.type === "radio").map((el) => (el.form?.action ?? "") + el.name));
        const missed = wanted.filter((el) => !reached.has(el) && !(el.type === "radio" && names.has((el.form?.action ?? "") + el.name)));
        return [...missed.map((el) => `the key Tab does not reach ${name(el)}`), ...hidden];
      };
      return wanted.length;
    },

    // The links of the page within the site.
    links() {
      return [...new Set([...document.querySelectorAll("a[href]")].filter((a) => a.origin === location.origin && !a.hasAttribute("download")).map((a) => a.pathname + a.search))];
    },
  };
})()
