/* hcprograms: comfort for those who have scripts. Every page works without. */
(() => {
  "use strict";

  // An error summary is read out and seen first.
  const errors = document.querySelector(".hcp .hcp-errors");
  if (errors) errors.focus();
})();
