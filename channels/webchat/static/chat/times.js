/** Dates and times as people in Brazil read them. */

const TIME = new Intl.DateTimeFormat("pt-BR", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("pt-BR", { day: "numeric", month: "long" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("pt-BR", {
  day: "numeric",
  month: "long",
  year: "numeric",
});

/** @param {Date} date */
export function timeOf(date) {
  return TIME.format(date);
}

/** @param {Date} date @returns {string} the same for all of one day */
export function dayKey(date) {
  return date.toDateString();
}

/** @param {Date} date @param {Date} [now] */
export function dayName(date, now = new Date()) {
  if (dayKey(date) === dayKey(now)) return "Hoje";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayKey(date) === dayKey(yesterday)) return "Ontem";
  return (date.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(date);
}
