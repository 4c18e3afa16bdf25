/** Our own page: who the distributor is, and services that are one click away from the chat. */

const { ClaraChat } = window;

for (const card of document.querySelectorAll("[data-ask]")) {
  card.addEventListener("click", () => ClaraChat.ask(card.dataset.ask));
}
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  ClaraChat.open();
});

const response = await fetch("/webchat/config.json");
const { distributor_name: name } = response.ok ? await response.json() : {};
if (name) {
  for (const place of document.querySelectorAll("[data-distributor]")) place.textContent = name;
  document.querySelector("[data-agency]").hidden = false;
  document.title = `Agência Web | ${name}`;
}
