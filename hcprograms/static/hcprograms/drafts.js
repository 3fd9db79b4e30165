// Keeps what is typed on a page in this tab until it is saved, and asks before it is left unsaved.
// The server says by data-hcp-saved what it has saved, and by data-hcp-unsaved that it has not
// saved what stands in the fields. sessionStorage: a text about a person stays in the tab.
(() => {
  "use strict";
  const form = document.querySelector("form[data-hcp-drafts]");
  if (!form) return;
  const prefix = `hcp-draft:${form.dataset.hcpDrafts}:`;
  const saved = form.dataset.hcpSaved;
  const fields = [...form.elements].filter((one) => one.name && one.matches("textarea, input[type=text], input[type=email]"));
  const isUnsaved = form.hasAttribute("data-hcp-unsaved");
  let isSending = false;

  const store = {
    read(name) { try { return sessionStorage.getItem(prefix + name); } catch { return null; } },
    write(name, text) { try { sessionStorage.setItem(prefix + name, text); } catch { /* no room, or not allowed */ } },
    remove(name) { try { sessionStorage.removeItem(prefix + name); } catch { /* not allowed */ } },
  };

  for (const field of fields) {
    if (saved && field.name.startsWith(`${saved}-`)) store.remove(field.name);
    const draft = store.read(field.name);
    const isGiven = isUnsaved && field.value !== "";
    if (draft !== null && draft !== field.value && !isGiven) {
      field.value = draft;
      const closed = field.closest("details");
      if (closed) closed.open = true;
    }
  }

  document.addEventListener("input", ({ target }) => {
    if (!fields.includes(target)) return;
    if (target.value === target.defaultValue) store.remove(target.name);
    else store.write(target.name, target.value);
  });

  function isChanged() {
    return fields.some((one) => one.value !== one.defaultValue);
  }

  form.addEventListener("submit", (event) => {
    isSending = !event.submitter?.formTarget;
  });
  window.addEventListener("pageshow", () => { isSending = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isSending || !(isUnsaved || isChanged())) return;
    event.preventDefault();
  });
})();
