// The xs:dateTime form of a moment, as RFC 3863 §4.1.7 (by RFC 3339), RFC 3994 and RFC 5438 want it:
// always UTC, capital T and Z, milliseconds. Days become a date by counting in 400-year eras that begin
// on 1 March, where a leap day is the last day of its year and so shifts nothing after it.

import type { EpochMs } from "../base/brand";

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
