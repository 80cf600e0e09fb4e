// Switching the recorder on: for how long, and whether with what people wrote.

import { Disc } from "lucide-react";
import { type FormEvent, useState } from "react";
import { wordsOfThrow } from "../../api/problem";
import { Button } from "../../design/button";
import { Select } from "../../design/field";
import { toast } from "../../design/toast";
import { useApi } from "../operator-context";

const times = [
  { value: "600", label: "10 minutes" },
  { value: "3600", label: "1 hour" },
  { value: "28800", label: "8 hours" },
  { value: "86400", label: "1 day" },
];

export interface RecordFormProps {
  readonly aor: string;
  readonly onRecording: () => void;
}

export function RecordForm({ aor, onRecording }: RecordFormProps) {
  const api = useApi();
  const [seconds, setSeconds] = useState("3600");
  const [bodies, setBodies] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await api
      .record(aor, Number(seconds), bodies)
      .then(onRecording, (thrown) =>
        toast({ title: "It does not record", description: wordsOfThrow(thrown), tone: "danger" }),
      );
  };
  return (
    <form className="record-form" onSubmit={submit}>
      <Select label="Record for" value={seconds} onValue={setSeconds} options={times} />
      <label className="check">
        <input type="checkbox" checked={bodies} onChange={(event) => setBodies(event.target.checked)} />
        <span>
          With bodies <span className="faint">(what people write, and the SDP of their calls)</span>
        </span>
      </label>
      <Button kind="primary" type="submit" icon={<Disc aria-hidden="true" />}>
        Record
      </Button>
    </form>
  );
}
