/* hcprograms: comfort for those who have scripts. Every page works without. */
(() => {
  "use strict";
  if (document.documentElement.dataset.hcp) return; // the page names this script twice
  document.documentElement.dataset.hcp = "on";

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /* The address of a form's answers without the questions that were skipped. */
  const answered = (form) =>
    new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));

  const shorten = (form) =>
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) {
        if (value === "") event.formData.delete(name);
      }
    });

  /* One group of questions at a time. The browser's own Back goes one step back, and a reload
     loses nothing: the answers are in the address. */
  const step = (form) => {
    const groups = [...form.querySelectorAll(".hcp-group")];
    if (groups.length < 2 || form.querySelector(".hcp-errors")) return;
    const words = form.dataset;
    const text = make("p", { class: "hcp-eyebrow", "aria-live": "polite" });
    const bar = make("span", {});
    const progress = make("div", { class: "hcp-progress" }, text,
      make("div", { class: "hcp-progress-bar", "aria-hidden": "true" }, bar));
    const actions = form.querySelector(".hcp-actions");
    const send = actions.querySelector("[type=submit]");
    const next = make("button", { type: "button", class: "hcp-button" }, words.hcpNext);
    const back = make("button", { type: "button", class: "hcp-button hcp-button-quiet" }, words.hcpBack);
    groups[0].before(progress);
    actions.prepend(back, next);

    const show = (index) => {
      groups.forEach((group, number) => { group.hidden = number !== index; });
      text.textContent = words.hcpProgress
        .replace("{step}", index + 1).replace("{steps}", groups.length);
      bar.style.inlineSize = `${(100 * (index + 1)) / groups.length}%`;
      back.hidden = index === 0;
      next.hidden = index === groups.length - 1;
      send.classList.toggle("hcp-button-quiet", !next.hidden);
      form.dataset.hcpStep = index;
    };
    const current = () => Number(form.dataset.hcpStep);
    const look = () => {
      const legend = groups[current()].querySelector("legend");
      legend.tabIndex = -1;
      legend.focus({ preventScroll: true });
      progress.scrollIntoView({ block: "start" });
    };
    /* Inside somebody's page the address is theirs. */
    const address = () => (form.closest(".hcp-part") ? location.href : `?${answered(form)}`);
    const keep = (method, index) => history[method]({ hcpStep: index }, "", address());

    next.addEventListener("click", () => {
      keep("replaceState", current());
      keep("pushState", current() + 1);
      show(current() + 1);
      look();
    });
    back.addEventListener("click", () => {
      keep("replaceState", current());
      show(current() - 1);
      keep("pushState", current());
      look();
    });
    window.addEventListener("popstate", (event) => {
      show(event.state?.hcpStep ?? 0);
      look();
    });
    form.addEventListener("submit", () => keep("replaceState", current()));
    show(history.state?.hcpStep ?? 0);
  };

  /* A search field above a long list of check boxes. */
  const pick = (box) => {
    const search = box.querySelector(".hcp-pick-search");
    const input = search.querySelector("input");
    const details = box.querySelector("details");
    const status = box.querySelector("[role=status]");
    const rows = [...box.querySelectorAll(".hcp-check")];
    search.hidden = false;
    input.addEventListener("input", () => {
      const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const row of rows) {
        const label = row.textContent.toLocaleLowerCase();
        const fits = words.every((word) => label.includes(word));
        row.hidden = !fits && !row.querySelector("input").checked;
        found += fits;
      }
      details.open = true;
      status.textContent = found ? "" : box.dataset.hcpNone;
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  };

  /* Where the visit began, if a campaign or another site led to it: kept in this tab only, told
     by a form. In a frame the page around it tells. */
  const land = () => {
    try {
      const told = new URLSearchParams(location.hash.slice(1));
      const isFramed = window.parent !== window;
      const from = document.referrer && new URL(document.referrer).host !== location.host
        ? document.referrer : "";
      if (!isFramed && !sessionStorage.hcpLanding && (from || /[?&]utm_/.test(location.search))) {
        sessionStorage.hcpLanding = location.href.split("#")[0].slice(0, 300);
        sessionStorage.hcpReferrer = from.slice(0, 300);
      }
      const kept = isFramed
        ? { landing: told.get("landing"), referrer: told.get("referrer") }
        : { landing: sessionStorage.hcpLanding, referrer: sessionStorage.hcpReferrer };
      for (const name of ["landing", "referrer"]) {
        for (const field of document.querySelectorAll(`[data-hcp-${name}]`)) {
          field.value ||= kept[name] ?? "";
        }
      }
    } catch {
      /* Storage is switched off: the form says what its own address says. */
    }
  };

  /* The page may come from a cache, or from a tab opened yesterday: the form gets a fresh token
     as soon as somebody begins, and says on which page it stands. */
  const renew = (form) => {
    const token = form.elements.namedItem("token");
    const source = form.querySelector("[data-hcp-source]");
    const around = new URLSearchParams(location.hash.slice(1)).get("page");
    if (source && window.parent === window) source.value = location.href;
    else if (source && around) source.value = around;
    let renewing = null;
    const ask = async () => {
      const body = new URLSearchParams({ token: token.value });
      const signal = AbortSignal.timeout(5000);
      try {
        const answer = await fetch(
          form.dataset.hcpRenew, { method: "POST", body, credentials: "omit", signal });
        if (answer.ok) token.value = (await answer.json()).token;
      } catch {
        /* The old token may still do; if not, the form comes back with everything typed. */
      }
      renewing = null;
    };
    form.addEventListener("focusin", () => { renewing = ask(); }, { once: true });
    /* Whoever is faster than the network waits for it, not for a second page. */
    form.addEventListener("submit", (event) => {
      if (!renewing) return;
      event.preventDefault();
      renewing.then(() => form.requestSubmit(event.submitter));
    });
  };

  /* Where very many requests come in at once, the page brings a sum that costs a browser seconds
     and a robot, for thousands of requests, hours: which number, hashed with the salt, gives the
     challenge? A proof field of its own tells the server that there is a script to ask. */
  const search = async ({ challenge, salt, maxnumber }) => {
    const wanted = challenge.match(/../g).map((two) => parseInt(two, 16));
    const encoder = new TextEncoder();
    const fits = async (number) => {
      const hash = await crypto.subtle.digest("SHA-256", encoder.encode(salt + number));
      return new Uint8Array(hash).every((byte, at) => byte === wanted[at]);
    };
    const many = 400;
    for (let first = 0; first <= maxnumber; first += many) {
      const numbers = Array.from({ length: many }, (_, at) => first + at);
      const found = (await Promise.all(numbers.map(fits))).indexOf(true);
      if (found >= 0) return first + found;
    }
    throw new Error("no number fits");
  };

  const prove = (form) => {
    if (!crypto.subtle) return; /* Without https: a person looks at the request instead. */
    const field = make("input", { type: "hidden", name: form.dataset.hcpProof });
    form.append(field);
    if (!form.dataset.hcpChallenge) return;
    const { algorithm, challenge, salt, signature, ...rest } = JSON.parse(form.dataset.hcpChallenge);
    let working = search({ challenge, salt, ...rest })
      .then((number) => {
        field.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      })
      .catch(() => field.remove())
      .then(() => { working = null; });
    let isWaiting = "hcpGoesOn" in form.dataset;
    if (isWaiting) working.then(() => form.requestSubmit());
    form.addEventListener("submit", (event) => {
      if (!working) return;
      event.preventDefault();
      if (!isWaiting) working.then(() => form.requestSubmit(event.submitter));
      isWaiting = true;
    });
  };

  /* Plain counts: a form was seen, somebody began. No cookie, and nothing about the visitor but
     the word for where they came from. */
  const tally = (form) => {
    const around = new URLSearchParams(location.hash.slice(1)).get("page");
    const page = new URL(around ?? location.href, location.href);
    const from = around ?? document.referrer;
    const host = from ? new URL(from).host : "";
    const source = page.searchParams.get("utm_source") ?? (host === location.host ? "" : host);
    const tell = (what) =>
      navigator.sendBeacon?.(form.dataset.hcpSeen, new URLSearchParams({ what, source }));
    tell("view");
    form.addEventListener("focusin", () => tell("start"), { once: true });
  };

  /* A question for those only who gave a certain answer to an earlier one. */
  const depend = (field) => {
    const uid = field.id.slice(0, field.id.indexOf(`_${field.name}`));
    const box = document.getElementById(`div_${uid}_${field.name}`);
    const other = document.getElementById(`div_${uid}_${field.dataset.hcpWhen}`);
    const update = () => {
      const given = new FormData(field.form).getAll(field.dataset.hcpWhen);
      box.hidden = other.hidden || !given.includes(field.dataset.hcpAnswer);
    };
    if (!box || !other) return;
    field.form.addEventListener("change", update);
    update();
  };

  /* A file that is too large is said to be so before it travels. */
  const weigh = (input) =>
    input.addEventListener("change", () => {
      const isTooLarge = [...input.files].some((file) => file.size > Number(input.dataset.hcpMost));
      input.setCustomValidity(isTooLarge ? input.dataset.hcpTooLarge : "");
      if (isTooLarge) input.reportValidity();
    });

  document.querySelectorAll("[data-hcp-print]").forEach((button) => {
    button.closest("li").hidden = false;
    button.addEventListener("click", () => window.print());
  });
  land();
  document.querySelectorAll("[data-hcp-renew]").forEach(renew);
  document.querySelectorAll("[data-hcp-proof]").forEach(prove);
  document.querySelectorAll("[data-hcp-seen]").forEach(tally);
  document.querySelectorAll("[data-hcp-when]").forEach(depend);
  document.querySelectorAll("[data-hcp-most]").forEach(weigh);
  document.querySelectorAll(".hcp form[method=get]").forEach(shorten);
  document.querySelectorAll("[data-hcp-pick]").forEach(pick);
  document.querySelectorAll("[data-hcp-steps]").forEach(step);
  document.querySelector(".hcp .hcp-errors, .hcp [data-hcp-proving]")?.focus();
})();
