// Date (RFC 3261 §20.17, §25.1 rfc1123-date), by arithmetic: the core reads no clock and no Date object.

import { type EpochMs, epochMs } from "../../base/brand";

const weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const dayMs = 86_400_000;

const pattern =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT$/;

/** The moment a Date names; undefined if malformed, no such day, or the weekday is another one. */
export function parseDate(value: string): EpochMs | undefined {
  const match = pattern.exec(value);
  if (match === null) return undefined;
  const [, weekday, dayText, monthText = "", yearText, ...time] = match;
  const [hour = 0, minute = 0, second = 0] = time.map(Number);
  const month = months.indexOf(monthText) + 1;
  const date = { year: Number(yearText), month, day: Number(dayText) };
  if (month === 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const days = daysFromCivil(date);
  // 31 Feb is another day of the civil calendar, so it does not come back.
  if (civilFromDays(days).day !== date.day || weekdayOf(days) !== weekday) return undefined;
  return epochMs(days * dayMs + ((hour * 60 + minute) * 60 + second) * 1000);
}

/** `Sat, 13 Nov 2010 23:29:00 GMT`; years 0 to 9999. */
export function formatDate(at: EpochMs): string {
  const days = Math.floor(at / dayMs);
  const { year, month, day } = civilFromDays(days);
  const seconds = Math.floor((at - days * dayMs) / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const time = clock.map((part) => String(part).padStart(2, "0")).join(":");
  const date = `${String(day).padStart(2, "0")} ${months[month - 1]} ${String(year).padStart(4, "0")}`;
  return `${weekdayOf(days)}, ${date} ${time} GMT`;
}

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Day 0, 1970-01-01, was a Thursday. */
function weekdayOf(days: number): string {
  return weekdays[((days % 7) + 7) % 7] as string;
}

// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years, which all
// have 146,097 days. 719,468 days lie between 0000-03-01 and 1970-01-01.

function daysFromCivil({ year, month, day }: CivilDate): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapCorrected =
    dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor(leapCorrected / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
