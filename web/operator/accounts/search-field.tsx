// A search that waits until the typing pauses.

import { useEffect, useState } from "react";
import { Field } from "../../design/field";

const pause = 250;

export interface SearchProps {
  readonly value: string;
  readonly onSearch: (value: string) => void;
}

export function SearchField({ value, onSearch }: SearchProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // Somebody went back, or came by a link.
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the typing is what is waited for
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => onSearch(typed.trim()), pause);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field
      label="Find an account"
      hideLabel
      type="search"
      placeholder="Find by a part of the name"
      autoCapitalize="none"
      spellCheck={false}
      value={typed}
      onValue={setTyped}
    />
  );
}
