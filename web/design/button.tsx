// What is pressed: a button with its words, or with an icon whose words are read out and shown on hover.

import type { ComponentProps, ReactNode } from "react";
import "./button.css";
import { classNames } from "./class-names";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

export interface ButtonProps extends ComponentProps<"button"> {
  readonly kind?: ButtonKind;
  readonly small?: boolean;
  /** An icon before the words. */
  readonly icon?: ReactNode;
}

export function Button({ kind = "secondary", small, icon, className, children, ...rest }: ButtonProps) {
  const names = classNames("button", `button-${kind}`, small && "button-small", className);
  return (
    <button type="button" {...rest} className={names}>
      {icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  /** What it does, in words. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly kind?: ButtonKind;
  readonly small?: boolean;
}

export function IconButton({ label, icon, kind = "quiet", small, className, ...rest }: IconButtonProps) {
  const names = classNames("button", `button-${kind}`, "button-icon", small && "button-small", className);
  return (
    <button type="button" title={label} {...rest} aria-label={label} className={names}>
      {icon}
    </button>
  );
}
