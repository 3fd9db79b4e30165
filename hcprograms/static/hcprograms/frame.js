/* Inside the frame: wear the theme of the page around, and tell it how high the content is. */
(() => {
  "use strict";
  const COLORS = ["accent", "accent-hover", "on-accent", "page", "surface", "text", "muted", "line",
    "edge"];
  const KINDS = { radius: "border-radius", font: "font-family" };
  const told = new URLSearchParams(location.hash.slice(1));

  const accepts = (name, value) => {
    const property = COLORS.includes(name) ? "color" : KINDS[name];
    return property && value.length < 200 && !/url\(|[;{}]/i.test(value)
      && CSS.supports(property, value);
  };

  const tell = (said) => {
    if (window.parent !== window) window.parent.postMessage({ hcprograms: said }, "*");
  };

  for (const [name, value] of told) {
    if (accepts(name, value)) document.body.style.setProperty(`--hcp-${name}`, value);
  }
  const scheme = told.get("scheme");
  if (/^(normal|light|dark|light dark|dark light)$/.test(scheme ?? "")) {
    document.documentElement.style.colorScheme = scheme === "normal" ? "light" : scheme;
  }
  /* An answer to what was sent keeps the theme of the page before it. */
  document.querySelectorAll("form").forEach((form) => {
    if (location.hash) form.action = form.action.split("#")[0] + location.hash;
  });

  const measure = () => tell({ height: Math.ceil(document.documentElement.offsetHeight) });
  new ResizeObserver(measure).observe(document.documentElement);
  tell({ ready: true, title: document.title });
  measure();
})();
