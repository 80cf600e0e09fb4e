// The xs:dateTime form of a moment, as RFC 3863 §4.1.7 (by RFC 3339), RFC 3994 and RFC 5438 want it:
// always UTC, capital T and Z, milliseconds. Days become a date by counting in 400-year eras that begin
// on 1 March, where a leap day is the last day of its year and so shifts nothing after it.
// What others wrote is read with any offset, but only with one: a time without is a different moment in each place.

import { type EpochMs, epochMs } from "../base/brand";

const DAY = 86_400_000;
const DAYS_PER_ERA = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAY = 719_468;

/** `2026-11-22T17:04:05.123Z`, for years 0 to 9999. */
export function formatDateTime(at: EpochMs): string {
  const day = Math.floor(at / DAY) + EPOCH_DAY;
  const era = Math.floor(day / DAYS_PER_ERA);
  const dayOfEra = day - era * DAYS_PER_ERA;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(dayOfMonth, 2)}T${formatTime(at)}`;
}

function formatTime(at: EpochMs): string {
  const ms = ((at % DAY) + DAY) % DAY;
  const hour = digits(Math.floor(ms / 3_600_000), 2);
  const minute = digits(Math.floor(ms / 60_000) % 60, 2);
  const second = digits(Math.floor(ms / 1000) % 60, 2);
  return `${hour}:${minute}:${second}.${digits(Math.floor(ms % 1000), 3)}Z`;
}

const digits = (value: number, width: number): string => String(value).padStart(width, "0");

const DATE_TIME =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,20})?(Z|[+-][0-9]{2}:[0-9]{2})$/;

/**
 * The moment that an xs:dateTime of years 0000 to 9999 names (XML Schema part 2 §3.2.7), cut to milliseconds; undefined for
 * what is none, or has no offset from UTC. The hour 24 of midnight is taken, a leap second is not.
 */
export function parseDateTime(text: string): EpochMs | undefined {
  const match = DATE_TIME.exec(text.trim());
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const offset = parseOffset(match[8] ?? "");
  const midnight = hour === 24 && minute === 0 && second === 0 && Number(match[7] ?? 0) === 0;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if ((hour > 23 && !midnight) || minute > 59 || second > 59 || offset === undefined) return undefined;
  const fraction = Math.floor(Number(`0${match[7] ?? ""}`) * 1000);
  const time = (hour * 60 + minute - offset) * 60_000 + second * 1000 + fraction;
  return epochMs(epochDay(year, month, day) * DAY + time);
}

/** Minutes east of UTC; at most fourteen hours. */
function parseOffset(text: string): number | undefined {
  if (text === "Z") return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4));
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function epochDay(year: number, month: number, day: number): number {
  const yearFromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(yearFromMarch / 400);
  const yearOfEra = yearFromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_DAY;
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return leap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
