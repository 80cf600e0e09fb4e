// A labelled text field or choice, with its hint and its error. A choice is the browser's own <select>: every phone
// shows it in its way, and it costs nothing.

import { Field as BaseField } from "@base-ui/react/field";
import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";
import "./field.css";
import { classNames } from "./class-names";

export interface FieldProps extends Omit<ComponentProps<"input">, "onChange" | "value" | "defaultValue"> {
  readonly label: string;
  /** The label is read out and not shown: for a field whose place says what it is. */
  readonly hideLabel?: boolean;
  readonly hint?: ReactNode;
  /** What is wrong with the value, in words. */
  readonly error?: string | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

export function Field({ label, hideLabel, hint, error, value, onValue, className, ...input }: FieldProps) {
  return (
    <BaseField.Root className={classNames("field", className)} invalid={error !== undefined}>
      <BaseField.Label className={hideLabel ? "unseen" : "field-label"}>{label}</BaseField.Label>
      <BaseField.Control
        className="control"
        autoComplete="off"
        {...(input as ComponentProps<typeof BaseField.Control>)}
        value={value}
        onValueChange={onValue}
      />
      {hint !== undefined && <BaseField.Description className="field-hint">{hint}</BaseField.Description>}
      <BaseField.Error className="field-error" match={error !== undefined} role="alert">
        {error}
      </BaseField.Error>
    </BaseField.Root>
  );
}

export interface SelectProps extends Omit<ComponentProps<"select">, "onChange" | "value"> {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

export function Select({ label, hideLabel, value, onValue, options, className, ...rest }: SelectProps) {
  const id = useId();
  return (
    <div className={classNames("field", className)}>
      <label className={hideLabel ? "unseen" : "field-label"} htmlFor={id}>
        {label}
      </label>
      <select
        {...rest}
        id={id}
        className="control select"
        value={value}
        onChange={(event) => onValue(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
