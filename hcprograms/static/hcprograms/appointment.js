/* Free times in the time zone of the device, unless one was chosen already. */
(() => {
  "use strict";
  const zones = document.getElementById("hcp-tz");
  const address = new URL(window.location.href);
  if (!zones || address.searchParams.has("tz") || "hcpChosen" in zones.dataset) return;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...zones.options].some((option) => option.value === here);
  if (!known || here === zones.value || document.querySelector("[role=alert]")) return;
  address.searchParams.set("tz", here);
  window.location.replace(address);
})();
