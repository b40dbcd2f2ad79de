/* The conversation without leaving the page. Keeps nothing but what is on screen. */
(() => {
  "use strict";
  const thread = document.getElementById("fil");
  const compose = document.getElementById("ecrire");
  const box = document.getElementById("message");
  const restart = document.getElementById("recommencer");
  const printer = document.getElementById("imprimer");
  const back = document.getElementById("revenir");
  const starts = document.getElementById("debuts");
  const fresh = compose.elements.state.value;
  const PATIENCE = 60000;
  let busy = false, next = null;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const mine = (text) => {
    const turn = make("article", "turn mine", "");
    turn.append(make("h2", "unseen", "Votre message"), make("p", "", text));
    return turn;
  };
  const reveal = (root) => root.querySelectorAll("button.copy").forEach((b) => { b.hidden = false; });

  async function say(text, byButton) {
    if (!text.trim()) return;
    // Sent while the answer before is on its way: asked after it, unless it is the same pressed twice.
    if (busy) { next = text.trim() === busy ? null : [text, byButton]; return; }
    busy = text.trim();
    next = null;
    thread.querySelectorAll(".failed").forEach((old) => old.remove());
    const wait = make("p", "turn wait", "Un instant…");
    const later = setTimeout(() => thread.append(wait), 250);
    try {
      const answer = await fetch("/api/v1/chat", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ text, state: compose.elements.state.value, html: true }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.detail);
      show(text, said, byButton);
      if (box.value.trim() === text.trim()) box.value = "";
    } catch (error) {
      const failed = make("p", "turn note error failed", "La réponse n’est pas arrivée. Vérifiez la connexion, puis renvoyez votre question.");
      failed.setAttribute("role", "alert");
      thread.append(failed);
      next = null;
      box.value = box.value || text;
      box.focus();
    } finally {
      clearTimeout(later);
      wait.remove();
      busy = false;
    }
    if (next) say(...next);
  }

  function show(text, said, byButton) {
    thread.querySelectorAll(".next").forEach((old) => old.remove());
    const holder = document.createElement("template");
    holder.innerHTML = said.html;
    const reply = holder.content.querySelector("article");
    reveal(reply);
    // What was refused for the data it holds leaves the screen too.
    thread.append(mine("forget" in reply.dataset ? "(message effacé)" : text), reply);
    compose.elements.state.value = said.state;
    compose.querySelector("label").textContent = said.asks ? "Votre question, ou votre réponse" : "Votre question";
    restart.hidden = printer.hidden = false;
    if (starts) starts.hidden = true;
    if (back) back.hidden = true;
    reply.previousElementSibling.scrollIntoView({ block: "start" });
    // The button just used is gone: go on from the reply. Someone who types stays where they type.
    if (byButton) reply.focus({ preventScroll: true }); else box.focus({ preventScroll: true });
  }

  function begin() {
    thread.replaceChildren();
    compose.elements.state.value = fresh;
    restart.hidden = printer.hidden = true;
    if (starts) starts.hidden = false;
    box.value = "";
    box.focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (form.matches(".say") && !(button && button.name === "back")) {
      event.preventDefault();
      const pressed = button && button.name === "text";
      say(pressed ? button.value : box.value, pressed);
    } else if (form.matches(".vote")) {
      event.preventDefault();
      vote(form, button);
    }
  });

  async function vote(form, button) {
    const tell = form.parentElement.querySelector(".tell");
    const body = new URLSearchParams({ topic: form.elements.topic.value, vote: button.value });
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    tell.textContent = answer && answer.ok ? "Merci, c’est noté." : "L’avis n’a pas pu être noté.";
    if (answer && answer.ok) {
      tell.tabIndex = -1;
      tell.focus();
      form.remove();
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const tools = button.parentElement, source = tools.querySelector(".to-copy"), tell = tools.querySelector(".tell");
    tell.textContent = (await copy(source)) ? "Réponse copiée." : "La copie a été refusée par le navigateur.";
  });

  async function copy(source) {
    try {
      await navigator.clipboard.writeText(source.value);
      return true;
    } catch {
      // Without a secure address, the old way.
      source.hidden = false;
      source.select();
      const done = document.execCommand("copy");
      source.hidden = true;
      return done;
    }
  }

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      compose.requestSubmit();
    }
  });
  restart.addEventListener("click", (event) => { event.preventDefault(); begin(); });
  printer.addEventListener("click", () => print());
  printer.hidden = restart.hidden;
  // Enter pressed before this script was there made a new line only.
  if (/\n\s*$/.test(box.value)) say(box.value, false);
  reveal(document);
  if (parent !== window) {
    // Opened by its button: what is typed next goes into the question, not into the empty frame.
    const ready = () => { if (document.activeElement === document.body) box.focus({ preventScroll: true }); };
    addEventListener("focus", ready);
    if (document.hasFocus()) ready();
    addEventListener("keydown", (event) => { if (event.key === "Escape") parent.postMessage("mssante:close", "*"); });
  }
})();
