// The simple types of XML Schema that the usages' schemas use, as tests of a value (XML Schema Part 2 §3.2, §3.3).

import { NC_NAME } from "../xml/name";

const ID = new RegExp(`^${NC_NAME}$`, "u");
const DATE_TIME =
  /^-?[0-9]{4,9}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-4]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?$/;

/** All but xs:string collapse white space before they are judged. */
export const collapse = (value: string): string => value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "");

export const isId = (value: string): boolean => ID.test(collapse(value));
export const isBoolean = (value: string): boolean => /^(?:true|false|1|0)$/.test(collapse(value));
export const isDateTime = (value: string): boolean => DATE_TIME.test(collapse(value));

/**
 * xs:anyURI: any text by XML Schema Part 2 §3.2.17; here at least one that names something, and no control characters.
 */
export const isUri = (value: string): boolean => /^[^\p{Cc}]+$/u.test(collapse(value));

export const isOneOf =
  (...words: readonly string[]) =>
  (value: string): boolean =>
    words.includes(collapse(value));
