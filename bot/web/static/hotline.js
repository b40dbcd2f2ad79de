/* One-key copy of the e-mail. All the rest of this screen works without it. */
(() => {
  "use strict";
  const button = document.querySelector(".copy-mail"), letter = document.getElementById("lettre");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const tell = button.parentElement.querySelector(".tell");
    try {
      await navigator.clipboard.writeText(letter.value);
      tell.textContent = "Courriel copié.";
    } catch {
      letter.select();
      tell.textContent = document.execCommand("copy") ? "Courriel copié." : "Texte sélectionné : Ctrl C pour copier.";
    }
  });
})();
