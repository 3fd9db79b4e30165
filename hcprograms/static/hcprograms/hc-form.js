/* <hc-form form="…" program="…">: an interest form in a frame that is as high as its content.

   The element passes on: the page it stands on (so that the school knows where a request came
   from), the page on which the visit began, the language, the colour scheme and the custom
   properties below. What is inside the element, such as a link, stays visible until the form is
   there. On every page that has this script, with a form or without, the first page of a visit
   is remembered in the tab, if a campaign or another site led to it. */
(() => {
  "use strict";
  if (customElements.get("hc-form")) return;
  const base = new URL(".", document.currentScript.src);
  const THEME = ["accent", "accent-hover", "on-accent", "page", "surface", "text", "muted",
    "line", "edge", "radius", "font"];
  const PATIENCE = 1500;

  const land = () => {
    try {
      const from = document.referrer && new URL(document.referrer).host !== location.host
        ? document.referrer : "";
      if (!sessionStorage.hcpLanding && (from || /[?&]utm_/.test(location.search))) {
        sessionStorage.hcpLanding = location.href.split("#")[0].slice(0, 300);
        sessionStorage.hcpReferrer = from.slice(0, 300);
      }
      return { landing: sessionStorage.hcpLanding, referrer: sessionStorage.hcpReferrer };
    } catch {
      return {}; // storage is switched off
    }
  };
  const began = land();

  class HcForm extends HTMLElement {
    static observedAttributes = ["form", "program"];

    connectedCallback() {
      if (!this.frame) this.open();
      window.addEventListener("message", this.hear);
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.hear);
    }

    attributeChangedCallback(_name, before) {
      if (before && this.frame) this.open();
    }

    open() {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      this.style.display = "block";
      this.isReady = false;
      this.slotted = document.createElement("slot");
      this.frame = document.createElement("iframe");
      this.frame.title = this.getAttribute("title") ?? "Form";
      this.frame.src = this.address();
      this.frame.style.cssText = "display:block;box-sizing:border-box;inline-size:100%;block-size:0;"
        + "border:0;margin:0;background:transparent;color-scheme:inherit";
      this.frame.addEventListener("load", () => setTimeout(() => this.complain(), PATIENCE));
      root.replaceChildren(this.slotted, this.frame);
    }

    address() {
      const address = new URL(`${encodeURIComponent(this.getAttribute("form") ?? "")}/`, base);
      const program = this.getAttribute("program");
      if (program) address.searchParams.set("program", program);
      const lang = this.closest("[lang]")?.lang;
      if (lang) address.searchParams.set("lang", lang);
      const style = getComputedStyle(this);
      const told = new URLSearchParams({ page: location.href.split("#")[0] });
      for (const [name, value] of Object.entries(began)) if (value) told.set(name, value);
      if (style.colorScheme) told.set("scheme", style.colorScheme);
      for (const name of THEME) {
        const value = style.getPropertyValue(`--hcp-${name}`).trim();
        if (value) told.set(name, value);
      }
      address.hash = told;
      return address.href;
    }

    hear = (event) => {
      if (event.source !== this.frame?.contentWindow || event.origin !== base.origin) return;
      const said = event.data?.hcprograms;
      if (!said) return;
      if (Number.isFinite(said.height)) {
        this.frame.style.blockSize = `${Math.min(Math.max(said.height, 0), 20000)}px`;
      }
      if (said.title) this.frame.title = said.title;
      if (said.ready) {
        /* The second page in the frame is an answer to what was sent: bring it into view. */
        if (this.isReady && this.getBoundingClientRect().top < 0) this.scrollIntoView();
        this.isReady = true;
        this.slotted.hidden = true;
        this.slotted.style.display = "none";
      }
    };

    complain() {
      if (this.isReady || !this.frame) return;
      this.frame.remove();
      console.error(
        `hc-form: the form “${this.getAttribute("form")}” does not appear here. If this is your`
        + ` site, add “${location.host}” to “Sites that may embed it” of the form in the admin of`
        + ` ${base.origin}, and check that the form is published.`);
    }
  }

  customElements.define("hc-form", HcForm);
})();
