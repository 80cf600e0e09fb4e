// Times and durations as people read them, in the language of their browser.

export const clock = (at: number): string => new Date(at).toLocaleTimeString([], { timeStyle: "short" });

/** `Today`, `Yesterday`, or the date. */
export function dayWords(at: number, now: number): string {
  const day = new Date(at);
  const today = new Date(now);
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  const sameYear = day.getFullYear() === today.getFullYear();
  return day.toLocaleDateString([], {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(!sameYear && { year: "numeric" }),
  });
}

/** The time of day, with the day before it when that is not today. */
export function whenWords(at: number, now: number): string {
  const day = dayWords(at, now);
  if (day === "Today") return clock(at);
  if (day === "Yesterday") return `Yesterday, ${clock(at)}`;
  return new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

/** `0:07`, `12:30`, `1:02:03`. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
