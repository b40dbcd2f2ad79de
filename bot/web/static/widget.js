/* Adds the chat to a page: a button, and the conversation in a frame. No cookie, nothing read from the page. */
(() => {
  "use strict";
  const script = document.currentScript;
  const home = new URL(".", script.src);
  const label = script.dataset.label || "Une question sur MSSanté ?";
  const style = (element, rules) => Object.assign(element.style, rules);
  const small = () => innerWidth < 480;

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  style(button, {
    position: "fixed", right: "1rem", bottom: "1rem", zIndex: "2147483000", font: "600 1rem/1.4 system-ui, sans-serif",
    padding: ".75rem 1.1rem", minHeight: "2.75rem", color: "#fff", background: "#00565f", border: "2px solid #fff",
    borderRadius: "2rem", cursor: "pointer", boxShadow: "0 .2rem .8rem rgba(0, 0, 0, .3)",
  });

  const panel = document.createElement("div");
  panel.id = "mssante-widget-" + Math.random().toString(36).slice(2);
  panel.hidden = true;
  button.setAttribute("aria-controls", panel.id);
  const frame = document.createElement("iframe");
  frame.title = "Chat du Guide MSSanté";
  style(frame, { width: "100%", height: "100%", border: "0", borderRadius: "inherit", colorScheme: "light dark" });
  panel.append(frame);

  const place = () => style(panel, {
    position: "fixed", zIndex: "2147483000", right: small() ? "0" : "1rem", bottom: "4.75rem",
    width: small() ? "100vw" : "26rem", height: "min(40rem, calc(100vh - 6rem))", background: "Canvas",
    borderRadius: small() ? "0" : ".6rem", boxShadow: "0 .3rem 1.5rem rgba(0, 0, 0, .35)", overflow: "hidden",
  });

  const show = (open) => {
    if (open && !frame.src) frame.src = new URL("widget", home).href;
    place();
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Fermer le chat" : label;
    if (open) frame.focus(); else button.focus();
  };
  button.addEventListener("click", () => show(panel.hidden));
  addEventListener("resize", place);
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) show(false); });
  // The frame asks to be closed when Escape is pressed inside it.
  addEventListener("message", (event) => {
    if (event.origin === home.origin && event.source === frame.contentWindow && event.data === "mssante:close") show(false);
  });
  const add = () => document.body.append(button, panel);
  if (document.body) add(); else addEventListener("DOMContentLoaded", add);
})();
