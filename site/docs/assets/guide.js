/* Small helps on top of pages that read whole without them: filters, copying, printing, search with nothing found. */
(function () {
  "use strict";
  var all = function (selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); };
  var fold = function (text) {
    return text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
  };

  /* The ends of a name from each of its words on, written in one word: "ecps" finds "la e-CPS". */
  function beginnings(name) {
    var words = fold(name).split(" ");
    return words.map(function (word, i) { return words.slice(i).join(""); });
  }

  /* A section whose rows are all hidden hides with them, title included. */
  function tidy(rows) {
    var tables = rows.map(function (row) { return row.closest("table"); }).filter(function (t, i, list) { return t && list.indexOf(t) === i; });
    tables.forEach(function (table) {
      var empty = all("tbody tr", table).every(function (row) { return row.hidden; });
      var box = table.closest(".scroll") || table;
      box.hidden = empty;
      var head = box.previousElementSibling;
      if (head && /^H[23]$/.test(head.tagName)) { head.hidden = empty; }
    });
    all("h2[data-theme]").forEach(function (head) {
      var next = head.nextElementSibling, empty = true;
      for (; next && next.tagName !== "H2"; next = next.nextElementSibling) { empty = empty && (next.hidden || !next.hasAttribute("data-names")); }
      head.hidden = empty;
    });
    return rows.some(function (row) { return !row.hidden; });
  }

  /* Opened from a folder, without a server: addresses of folders name their page. The theme hides its search there,
     since browsers refuse its worker; its way round that would load a script from another host. */
  if (location.protocol === "file:") {
    all("a[href]").forEach(function (link) {
      var url = new URL(link.href);
      if (url.protocol === "file:" && /\/$/.test(url.pathname)) { url.pathname += "index.html"; link.href = url.href; }
    });
    all("form.home-search").forEach(function (form) { form.classList.remove("home-search"); });
    all(".no-search").forEach(function (said) { said.hidden = false; });
  }

  /* Tables of sentences stand as cards on a phone (guide.css): each cell says its column, and roles keep it a table. */
  all("table.usages, table.rules, table.list:not(.verdicts, .operators), table.verdicts:not(.list)").forEach(function (table) {
    var heads = all("thead th", table).map(function (th) { return th.textContent.trim(); });
    table.classList.add("stacked");
    table.setAttribute("role", "table");
    all("thead, tbody", table).forEach(function (part) { part.setAttribute("role", "rowgroup"); });
    all("tr", table).forEach(function (row) {
      row.setAttribute("role", "row");
      all("th, td", row).forEach(function (cell, i) {
        cell.setAttribute("role", cell.tagName === "TD" ? "cell" : cell.getAttribute("scope") === "col" ? "columnheader" : "rowheader");
        if (cell.tagName === "TD" && heads[i]) { cell.setAttribute("data-label", heads[i]); }
      });
    });
  });

  /* On a phone, the tables of all situations wait folded under the answer; the wizard's own, everywhere. */
  all("details.fold").forEach(function (box) {
    if (box.hasAttribute("data-always") || matchMedia("(max-width: 44.9em)").matches) { box.open = false; }
  });

  /* Lists filtered by typing. */
  all(".filter").forEach(function (box) {
    var input = box.querySelector("input"), none = box.querySelector(".filter-none");
    var rows = all(input.getAttribute("data-filter"));
    var names = rows.map(function (row) { return row.getAttribute("data-names").split("|").map(beginnings); });
    box.hidden = false;
    input.addEventListener("input", function () {
      var words = fold(input.value).split(" ").filter(Boolean);
      rows.forEach(function (row, i) {
        row.hidden = !names[i].some(function (name) { return words.every(function (word) { return name.some(function (end) { return end.indexOf(word) === 0; }); }); });
      });
      none.hidden = tidy(rows);
    });
  });

  /* Usages by sector, sender, recipient, document. */
  all("form.filters").forEach(function (form) {
    var rows = all("table.usages tbody tr"), none = form.querySelector(".filter-none");
    var has = function (row, name, value) { return (" " + row.getAttribute(name) + " ").indexOf(" " + value + " ") >= 0; };
    var apply = function () {
      var f = form.elements, words = fold(f.words.value).split(" ").filter(Boolean);
      rows.forEach(function (row) {
        var text = " " + fold(row.textContent);
        row.hidden = !((!f.sector.value || has(row, "data-from", f.sector.value) || has(row, "data-to", f.sector.value)) &&
          (!f.from.value || has(row, "data-from", f.from.value)) && (!f.to.value || has(row, "data-to", f.to.value)) &&
          words.every(function (word) { return text.indexOf(" " + word) >= 0; }));
      });
      none.hidden = tidy(rows);
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(apply, 0); });
  });

  /* Checklist by profession, employer, region. An empty filter of a step means "everyone". No employer or region chosen:
     the steps common to all. The outlook of a situation says what the base answers, and which steps are left: none, or
     only those written for this very structure, where it opens no box. */
  all("form.situation").forEach(function (form) {
    var steps = all("section.step"), fields = ["profession", "employer", "region"], outlooks = all(".outlook");
    var list = function (element, name) { return (element && element.getAttribute("data-" + name) || "").split(" ").filter(Boolean); };
    var meets = function (step, name, values) {
      var wanted = list(step, name);
      return !wanted.length || wanted.some(function (value) { return values.indexOf(value) >= 0; });
    };
    var chosen = function (field) { return field && field.value ? field.selectedOptions[0] : null; };
    var outlookOf = function (f) {
      var who = chosen(f.profession), number = "";
      if (!f.profession) { number = list(chosen(f.employer), "outlook")[0]; }
      list(who, "there").forEach(function (pair) { if (pair.split(":")[0] === f.employer.value) { number = pair.split(":")[1]; } });
      number = number || list(who, "outlook")[0];
      return outlooks.filter(function (said) { return said.getAttribute("data-outlook") === number; })[0] || null;
    };
    var apply = function () {
      var f = form.elements, who = chosen(f.profession), outlook = outlookOf(f), way = outlook ? outlook.getAttribute("data-way") : "open";
      var closed = /^(closed|user|elsewhere)$/.test(way), boxes = who ? list(outlook, "boxes") : [], shown = 0;
      outlooks.forEach(function (said) { said.hidden = said !== outlook || way === "open"; });
      if (way !== "open") { outlook.querySelector(".why").hash = who ? "profession=" + who.value : "kind=" + f.employer.value + "&about=structure"; }
      steps.forEach(function (step) {
        var ok = (!closed || (!who && list(step, "employers").length)) && meets(step, "employers", [f.employer.value]) && meets(step, "regions", [f.region.value]) &&
          (!who || ["registered", "professions", "qualities"].every(function (name) { return meets(step, name, list(who, name)); }) && meets(step, "conditions", list(outlook, "conditions"))) &&
          (!boxes.length || meets(step, "boxes", boxes));
        step.hidden = !ok;
        shown += ok ? 1 : 0;
      });
      all(".narrowing li", form).forEach(function (hint) { hint.hidden = closed || !!f[hint.getAttribute("data-field")].value; });
      form.querySelector(".counted").hidden = closed;
      form.querySelector(".count").textContent = shown;
      var parts = fields.filter(function (name) { return f[name] && f[name].value; }).map(function (name) { return name + "=" + f[name].value; });
      document.querySelector(".printed").textContent = fields.filter(function (name) { return f[name] && f[name].value; }).map(function (name) { return f[name].selectedOptions[0].textContent; }).join(", ");
      history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
    };
    steps.forEach(function (step) {
      var box = document.createElement("input"), head = step.querySelector("h2");
      box.type = "checkbox"; box.setAttribute("aria-label", form.getAttribute("data-done") + " " + head.textContent.trim());
      head.insertBefore(box, head.firstChild);
    });
    var given = location.hash.slice(1);
    given.split("&").forEach(function (pair) {
      var at = pair.indexOf("="), field = form.elements[pair.slice(0, at)];
      if (at > 0 && field) { field.value = pair.slice(at + 1); }
    });
    form.hidden = false;
    if (given.indexOf("=") > 0 || !given) { apply(); } else { form.querySelector(".count").textContent = steps.length; }
    form.addEventListener("change", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
  });

  all(".print").forEach(function (button) { button.hidden = false; button.addEventListener("click", function () { window.print(); }); });
  window.addEventListener("beforeprint", function () { all("details").forEach(function (box) { if (!box.open) { box.open = true; box.setAttribute("data-closed", ""); } }); });
  window.addEventListener("afterprint", function () { all("details[data-closed]").forEach(function (box) { box.open = false; box.removeAttribute("data-closed"); }); });

  /* Answers copied in one gesture. */
  all("button.copy").forEach(function (button) {
    var text = button.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      var said = document.getElementById(button.getAttribute("data-copy")).innerText.trim() + "\n" + location.href.split("#")[0] + "#" + button.getAttribute("data-copy").replace(/-reponse$/, "");
      var done = function () { button.textContent = button.getAttribute("data-done"); setTimeout(function () { button.textContent = text; }, 2000); };
      if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(said).then(done); return; }
      var area = document.createElement("textarea");
      area.value = said; document.body.appendChild(area); area.select(); document.execCommand("copy"); area.remove(); done();
    });
  });

  /* The home page's box opens the theme's search with what was typed. */
  all("form.home-search").forEach(function (form) {
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var input = document.querySelector(".md-search__input"), toggle = document.getElementById("__search");
      toggle.checked = true; toggle.dispatchEvent(new Event("change"));
      input.focus(); input.value = form.elements.q.value; input.dispatchEvent(new Event("input"));
    });
  });

  /* The theme searches when a key is released; words pasted, dictated or composed by the keyboard count as well. */
  all(".md-search__input").forEach(function (input) {
    input.addEventListener("input", function () { input.dispatchEvent(new Event("keyup")); });
  });

  /* Past 180 days without a new check, every page says so. */
  var stale = document.querySelector("[data-stale-after]");
  if (stale && new Date().toISOString().slice(0, 10) > stale.getAttribute("data-stale-after")) { stale.hidden = false; }

  /* Nothing found: say what to try next. */
  var help = document.getElementById("search-help"), results = document.querySelector(".md-search-result");
  if (help && results) {
    new MutationObserver(function () {
      var typed = document.querySelector(".md-search__input").value.trim();
      var none = typed && !results.querySelector(".md-search-result__item") && !/Initialisation/.test(results.querySelector(".md-search-result__meta").textContent);
      help.hidden = !none;
    }).observe(results, { childList: true, subtree: true, characterData: true });
  }
})();
