// Small marks: a word on a tinted ground, the dot of somebody's presence, his initials.

import type { ReactNode } from "react";
import "./badge.css";
import { classNames } from "./class-names";

export type Tone = "neutral" | "accent" | "good" | "warning" | "danger";

export interface BadgeProps {
  readonly tone?: Tone;
  /** What is read out instead, for a bare number. */
  readonly label?: string;
  readonly children: ReactNode;
}

export function Badge({ tone = "neutral", label, children }: BadgeProps) {
  return (
    <span className={`badge badge-${tone}`}>
      <span aria-hidden={label !== undefined || undefined}>{children}</span>
      {label !== undefined && <span className="unseen">{label}</span>}
    </span>
  );
}

export type DotState = "open" | "away" | "busy" | "closed";

/** Told by form as well as by colour: full, half, barred, hollow. Words beside it say the same to everybody. */
export function Dot({ state, className }: { readonly state: DotState; readonly className?: string }) {
  return <span className={classNames("dot", `dot-${state}`, className)} aria-hidden="true" />;
}

export interface AvatarProps {
  /** A name or an address: its first letters are shown, and its colour is always the same. */
  readonly name: string;
  readonly presence?: DotState | undefined;
  readonly size?: "s" | "m" | "l" | "xl";
}

export function Avatar({ name, presence, size = "m" }: AvatarProps) {
  return (
    <span className={`avatar avatar-${size} avatar-hue-${hueOf(name)}`} aria-hidden="true">
      {initialsOf(name)}
      {presence !== undefined && <Dot state={presence} className="avatar-dot" />}
    </span>
  );
}

/** `AB` of "Ada Byron" and of ada.byron@example.com; `B` of bob. */
export function initialsOf(name: string): string {
  const at = name.lastIndexOf("@");
  const words = (at > 0 ? name.slice(0, at) : name).match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? "?")][0] ?? "")
    .join("")
    .toUpperCase();
}

const hues = 6;

function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name.toLowerCase()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % hues;
}
