// Parts of a page that renew themselves: the trainer's grid, a trainee's steps, the wall.
"use strict";
(() => {
  const EVERY = 2500;
  const LONGEST = 20000;
  const offline = document.querySelector(".offline");
  const said = document.querySelector("[data-said]");

  document.querySelectorAll("[data-live]").forEach((live) => {
    let mark = "";
    let wait = EVERY;
    let timer = null;

    // The new part takes the place of the old one under the reader's eyes and fingers: same focus, same scroll.
    const swap = (html) => {
      const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
      const scrolled = [...live.querySelectorAll("[tabindex][id]")].map((part) => [part.id, part.scrollLeft, part.scrollTop]);
      const before = live.querySelector("[data-says]")?.dataset.says;
      live.innerHTML = html;
      for (const [id, left, top] of scrolled) document.getElementById(id)?.scrollTo(left, top);
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
      const now = live.querySelector("[data-says]");
      if (said && now && now.dataset.says !== before) said.textContent = now.textContent;
    };

    const ask = async () => {
      clearTimeout(timer);
      try {
        const answer = await fetch(live.dataset.live, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store" });
        const html = await answer.text();
        if (answer.redirected) { location.reload(); return; }
        wait = EVERY;
        if (answer.status === 200) {
          mark = answer.headers.get("ETag") || "";
          swap(html);
        }
        if (offline) offline.hidden = answer.ok || answer.status === 304;
      } catch {
        wait = Math.min(wait * 2, LONGEST);
        if (offline) offline.hidden = false;
      }
      timer = setTimeout(ask, wait);
    };
    addEventListener("online", ask);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
    timer = setTimeout(ask, wait);
  });
})();
