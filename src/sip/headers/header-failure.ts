// Why a header field's value is no value: stable codes for the log.

export type HeaderFailure =
  /** The grammar does not have it. */
  | "syntax"
  /** A number out of its range. */
  | "range"
  /** A part that must be there is not, or stands twice. */
  | "parts";
