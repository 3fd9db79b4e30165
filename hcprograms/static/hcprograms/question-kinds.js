// Shows of a question what belongs to its kind; without this script everything is shown.
(() => {
  const parts = { ".field-options": ["choice", "choices"], ".field-file_types": ["file"] };

  function fit(kind) {
    const question = kind.closest(".inline-related");
    for (const [part, kinds] of Object.entries(parts)) {
      const row = question.querySelector(part);
      if (row) row.hidden = !kinds.includes(kind.value);
    }
  }

  const isKind = (field) => field.matches?.("select[name^=questions-][name$=-kind]");
  const fitAll = (place) => place.querySelectorAll("select").forEach((one) => isKind(one) && fit(one));
  document.addEventListener("change", (event) => isKind(event.target) && fit(event.target));
  document.addEventListener("formset:added", (event) => fitAll(event.target));
  document.addEventListener("DOMContentLoaded", () => fitAll(document));
})();
