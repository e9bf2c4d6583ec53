/* Reads the page again when the server says that something happened. Without it there is a link to do so. */
"use strict";

const RETRY_MILLISECONDS = 30000;
const live = document.querySelector("[data-events]");

async function readAgain() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-events]");
  // Nobody who is about to follow a link or press a button loses it.
  if (answer.ok && now && !live.contains(document.activeElement)) {
    live.replaceChildren(...now.childNodes);
  }
}

function listen(address) {
  const events = new EventSource(address);
  events.onmessage = readAgain;
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(listen, RETRY_MILLISECONDS, address);
    }
  };
}

if (live) {
  listen(live.dataset.events);
}
