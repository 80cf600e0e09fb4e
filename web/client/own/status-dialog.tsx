// What the user says of himself to those who see him.

import { type FormEvent, useState } from "react";
import { Dot } from "../../design/badge";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Field } from "../../design/field";
import type { Activity, OwnPresence } from "../../line/presence-document";
import { useLine } from "../line-context";
import "./status-dialog.css";

interface StatusDialogProps {
  readonly own: OwnPresence;
  readonly onClose: () => void;
}

const choices: readonly { readonly activity: Activity | undefined; readonly label: string }[] = [
  { activity: undefined, label: "Available" },
  { activity: "busy", label: "Busy" },
  { activity: "away", label: "Away" },
];

export function StatusDialog({ own, onClose }: StatusDialogProps) {
  const line = useLine();
  const [activity, setActivity] = useState(own.activity);
  const [note, setNote] = useState(own.note);
  const save = (event: FormEvent) => {
    event.preventDefault();
    line.roster.publish({ activity, note: note.trim() });
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title="Your status">
      <form className="status-form" onSubmit={save}>
        <fieldset className="status-choices">
          <legend className="unseen">Status</legend>
          {choices.map((choice) => (
            <label key={choice.label} className="status-choice">
              <input
                type="radio"
                name="activity"
                checked={choice.activity === activity}
                onChange={() => setActivity(choice.activity)}
              />
              <Dot state={choice.activity ?? "open"} />
              {choice.label}
            </label>
          ))}
        </fieldset>
        <Field
          label="A note for those who see you"
          value={note}
          onValue={setNote}
          maxLength={120}
          placeholder="Optional"
        />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
