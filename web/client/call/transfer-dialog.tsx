// To whom a call is handed over: at once, after asking him in a call of its own, or joined with a call that is open
// already.

import { Merge, PhoneForwarded, PhoneOutgoing } from "lucide-react";
import { useState } from "react";
import { readAddress, realmOf } from "../../address";
import { Avatar } from "../../design/badge";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Field } from "../../design/field";
import type { Call } from "../../line/contract";
import { useLine, useNames } from "../line-context";
import { entriesOf, matches } from "../people";
import { useObservable } from "../use-observable";
import { personWords, presenceDot } from "../words";
import "./transfer-dialog.css";

export interface TransferDialogProps {
  readonly call: Call;
  readonly others: readonly Call[];
  readonly onClose: () => void;
}

export function TransferDialog({ call, others, onClose }: TransferDialogProps) {
  const { calls, aor } = useLine();
  const nameOf = useNames();
  const [to, setTo] = useState("");
  const address = to.trim() === "" ? undefined : readAddress(to, realmOf(aor));
  const isSense = address !== undefined && address !== aor && address !== call.peer;
  const name = nameOf(call.peer);
  const then = (act: () => void) => () => {
    act();
    onClose();
  };
  const talked = others.filter(({ phase }) => phase === "active");
  return (
    <Dialog open onClose={onClose} title={`Hand ${name} over`} description="To whom?">
      {talked.map((other) => (
        <Button
          key={other.id}
          icon={<Merge aria-hidden="true" />}
          onClick={then(() => calls.join(call.id, other.id))}
        >
          Join with {nameOf(other.peer)}
        </Button>
      ))}
      <Field
        label="Person or address"
        value={to}
        onValue={setTo}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
      />
      <Candidates wanted={to} chosen={address} without={call.peer} onChoose={setTo} />
      <div className="dialog-actions">
        <Button
          disabled={!isSense}
          icon={<PhoneOutgoing aria-hidden="true" />}
          onClick={then(() => address !== undefined && calls.call(address, { video: false }))}
        >
          Ask first
        </Button>
        <Button
          kind="primary"
          disabled={!isSense}
          icon={<PhoneForwarded aria-hidden="true" />}
          onClick={then(() => address !== undefined && calls.transfer(call.id, address))}
        >
          Transfer now
        </Button>
      </div>
      <p className="transfer-hint">
        “Ask first” puts {name} on hold and calls the person you chose; you can then join the two. “Transfer
        now” connects them at once and ends your call.
      </p>
    </Dialog>
  );
}

interface CandidatesProps {
  readonly wanted: string;
  readonly chosen: string | undefined;
  readonly without: string;
  readonly onChoose: (address: string) => void;
}

function Candidates({ wanted, chosen, without, onChoose }: CandidatesProps) {
  const line = useLine();
  const people = useObservable(line.roster.people);
  const entries = entriesOf(people, new Map(), useNames()).filter(({ address }) => address !== without);
  const isChosen = entries.some(({ address }) => address === chosen);
  const shown = isChosen ? entries : entries.filter((entry) => matches(entry, wanted));
  return (
    <ul className="candidates" aria-label="People">
      {shown.map(({ address, name, person }) => (
        <li key={address}>
          <button
            type="button"
            className="candidate"
            aria-pressed={address === chosen}
            onClick={() => onChoose(address)}
          >
            <Avatar name={name} size="s" presence={person && presenceDot(person.presence)} />
            <span className="candidate-name">{name}</span>
            <span className="candidate-saying">{person && personWords(person)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
