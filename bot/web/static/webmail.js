// What the sandbox's screens add when scripts run. Without it everything still works, by forms and full pages.
"use strict";
(() => {
  document.documentElement.classList.add("js");
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const tokenOf = (form) => form.elements.jeton.value;

  // Folders on a narrow screen.
  const fold = one(".fold");
  if (fold) {
    const side = fold.closest(".side");
    fold.hidden = false;
    side.classList.add("folded");
    fold.addEventListener("click", () => {
      const closed = side.classList.toggle("folded");
      fold.setAttribute("aria-expanded", String(!closed));
    });
  }

  // What a page answers comes first to whoever does not see it.
  const told = one("[data-focus]");
  if (told) told.focus({ preventScroll: told.getBoundingClientRect().bottom < innerHeight });

  // Tick every message.
  const tickAll = one(".acts .all");
  if (tickAll) {
    tickAll.hidden = false;
    tickAll.addEventListener("click", () => {
      const boxes = all('input[name="message"]');
      const wanted = boxes.some((box) => !box.checked);
      boxes.forEach((box) => { box.checked = wanted; });
      tickAll.textContent = wanted ? "Tout décocher" : "Tout cocher";
    });
  }

  // A message shown is marked as read, by a POST of its own.
  const mark = one("form[data-mark]");
  if (mark) {
    const body = new URLSearchParams({ jeton: tokenOf(mark), etat: "lu" });
    fetch(mark.action, { method: "POST", body, headers: { Accept: "application/json" } }).then(async (answer) => {
      await answer.text();
      if (!answer.ok) return;
      const button = one("button", mark);
      button.value = "non-lu";
      button.textContent = "Marquer non lu";
      all(".messages tr.open").forEach((row) => {
        row.classList.remove("unread");
        all(".dot, .from .unseen", row).forEach((dot) => dot.remove());
      });
    }).catch(() => {});
  }

  // Did the last question stay without an answer?
  let gone = false;

  // New mail: a small question every few seconds, hardly answered when nothing came.
  const mail = one("[data-pulse]");
  if (mail) {
    let known = null;
    let etag = "";
    let wait = 6000;
    const ask = () => fetch(mail.dataset.pulse, { headers: { Accept: "application/json", "If-None-Match": etag }, cache: "no-store" }).then((answer) => {
      wait = 6000;
      if (answer.status !== 200) { answer.text(); return null; }
      gone = false;
      etag = answer.headers.get("ETag") || "";
      return answer.json();
    }).then((state) => {
      if (!state) return;
      let more = false;
      for (const [id, count] of Object.entries(state.folders)) {
        if (known && count.unread > ((known[id] || {}).unread || 0)) more = true;
        const shown = one(`a[data-folder="${CSS.escape(id)}"] .count`);
        if (shown) shown.textContent = count.unread ? String(count.unread) : "";
        if (shown && count.unread) {
          const words = document.createElement("span");
          words.className = "unseen";
          words.textContent = count.unread > 1 ? " non lus" : " non lu";
          shown.append(words);
        }
      }
      known = state.folders;
      if (more) one(".news").hidden = false;
    }).catch(() => { gone = true; wait = Math.min(wait * 2, 60000); }).finally(() => setTimeout(ask, wait));
    const again = one(".news a");
    if (again) again.href = location.pathname + location.search;
    setTimeout(ask, 1500);
  }

  // Drafts saved by themselves.
  const form = one("form.compose-form");
  if (form) {
    const saved = one(".saved", form);
    let timer = null;
    let before = "";
    const text = () => {
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      return body;
    };
    const flat = () => JSON.stringify([...text()]);
    before = flat();
    const save = () => {
      timer = null;
      const now = flat();
      if (now === before) return;
      fetch(form.dataset.draft, { method: "POST", body: text(), headers: { Accept: "application/json" } }).then(async (answer) => {
        const told = await answer.json().catch(() => ({}));
        saved.textContent = told.message || (answer.ok ? "Brouillon enregistré." : "Le brouillon n’a pas pu être enregistré.");
        if (answer.ok) { before = now; gone = false; one(".stayed", form)?.remove(); }
      }).catch(() => {
        gone = true;
        saved.textContent = "Pas de connexion : le brouillon sera enregistré dès qu’elle revient. Ne fermez pas cette page.";
        later(5000);
      });
    };
    const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };
    form.addEventListener("input", () => later(1500));
    form.addEventListener("change", () => later(1500));
    // A page left for a network that is gone is a page lost: when it seems gone, ask first whether anybody answers.
    let sending = false;
    const stay = (words) => {
      sending = false;
      const told = one(".stayed", form) || document.createElement("p");
      told.className = "stayed note error";
      told.setAttribute("role", "alert");
      told.textContent = words;
      saved.after(told);
    };
    const tooHeavy = () => all('input[type="file"]', form).flatMap((input) => [...input.files]).reduce((sum, file) => sum + file.size, 0) > 44e6;
    form.addEventListener("submit", (event) => {
      if (sending) { event.preventDefault(); return; }
      if (tooHeavy()) { event.preventDefault(); stay("Les fichiers choisis dépassent 44 Mo en tout, plus que le bac à sable n’en prend. Rien n’est parti ; choisissez-en de plus légers."); return; }
      clearTimeout(timer);
      sending = true;
      setTimeout(() => { sending = false; }, 8000);
      if (navigator.onLine && !gone) return;
      event.preventDefault();
      const button = event.submitter;
      fetch(mail.dataset.pulse, { cache: "no-store", signal: AbortSignal.timeout(8000) }).then((answer) => answer.text()).then(() => {
        one(".stayed", form)?.remove();
        gone = sending = false;
        if (navigator.onLine) form.requestSubmit(button);
        else throw new Error("offline");
      }).catch(() => {
        stay("Le réseau est coupé : rien n’est parti. Votre message reste dans cette page, et le brouillon sera enregistré dès que le réseau revient. Attendez, puis essayez de nouveau.");
        later(3000);
      });
    });
    addEventListener("pageshow", () => { sending = false; });
    all("[data-suggest]", form).forEach(suggest);
    all("[data-add]", form).forEach((pick) => pick.addEventListener("click", (event) => {
      event.preventDefault();
      const to = one("#a", form);
      const there = to.value.split(",").map((part) => part.trim()).filter(Boolean);
      if (!there.includes(pick.dataset.add)) there.push(pick.dataset.add);
      to.value = there.join(", ");
      saved.textContent = `${pick.textContent} : ajouté aux destinataires.`;
      later(1500);
    }));
  }

  // Recipients picked from the directory while typing.
  function suggest(input) {
    const list = document.createElement("ul");
    list.className = "suggest";
    list.id = `${input.id}-liste`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Correspondants de l’annuaire");
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    let timer = null;
    let place = -1;
    const close = () => { list.hidden = true; place = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const pick = (item) => {
      const kept = input.value.split(",").slice(0, -1).map((part) => part.trim()).filter(Boolean);
      input.value = [...kept, item.dataset.address].join(", ") + ", ";
      close();
      input.focus();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const light = (next) => {
      const items = all("li", list);
      if (!items.length) return;
      place = (next + items.length) % items.length;
      items.forEach((item, i) => item.setAttribute("aria-selected", String(i === place)));
      input.setAttribute("aria-activedescendant", items[place].id);
      items[place].scrollIntoView({ block: "nearest" });
    };
    const ask = () => {
      const typed = input.value.split(",").pop().trim();
      if (typed.length < 2) { close(); return; }
      const body = new URLSearchParams({ jeton: tokenOf(form), texte: typed, cote: input.dataset.suggest });
      fetch(form.dataset.people, { method: "POST", body, headers: { Accept: "application/json" } }).then((answer) => answer.ok ? answer.json() : { people: [] }).then(({ people }) => {
        list.replaceChildren(...people.map((person, i) => {
          const item = document.createElement("li");
          item.id = `${list.id}-${i}`;
          item.setAttribute("role", "option");
          item.setAttribute("aria-selected", "false");
          item.dataset.address = person.address;
          item.textContent = person.address.includes("@") ? `${person.label}, ${person.address}` : person.address;
          item.addEventListener("mousedown", (event) => { event.preventDefault(); pick(item); });
          return item;
        }));
        list.hidden = !people.length;
        place = -1;
        input.setAttribute("aria-expanded", String(!list.hidden));
      }).catch(close);
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 220); });
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); light(place + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); light(place - 1); }
      else if (event.key === "Enter" && place >= 0) { event.preventDefault(); pick(all("li", list)[place]); }
      else if (event.key === "Escape") close();
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
  }
})();
