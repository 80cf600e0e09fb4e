// Digits for whoever asks for them at the other end, by button or by key.

import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "../../design/button";
import type { Call } from "../../line/contract";
import { useLine } from "../line-context";
import "./keypad.css";

const digits = "123456789*0#";
const names: Readonly<Record<string, string>> = { "*": "star", "#": "hash" };

interface KeypadProps {
  readonly call: Call;
  readonly onClose: () => void;
}

export function Keypad({ call: { id }, onClose }: KeypadProps) {
  const { calls } = useLine();
  const [sent, setSent] = useState("");
  useEffect(() => {
    const pressed = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      if (target instanceof Element && target.matches("input, textarea, select")) return;
      if (key === "Escape") onClose();
      if (key.length !== 1 || !digits.includes(key) || ctrlKey || metaKey || altKey) return;
      calls.sendDigit(id, key);
      setSent((before) => before + key);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [calls, id, onClose]);
  return (
    <section className="keypad" aria-label="Keypad">
      <div className="keypad-head">
        <output className="keypad-sent" aria-label="Sent">
          {sent.slice(-16)}
        </output>
        <IconButton small label="Close the keypad" icon={<X aria-hidden="true" />} onClick={onClose} />
      </div>
      <div className="keypad-keys">
        {[...digits].map((digit) => (
          <button
            key={digit}
            type="button"
            className="keypad-key"
            aria-label={names[digit] ?? digit}
            onClick={() => {
              calls.sendDigit(id, digit);
              setSent((before) => before + digit);
            }}
          >
            {digit}
          </button>
        ))}
      </div>
    </section>
  );
}
