// Deletion cannot be undone, so the name is typed once more.

import { type FormEvent, useState } from "react";
import { wordsOfThrow } from "../../api/problem";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Field } from "../../design/field";
import { Notice } from "../../design/notice";
import { toast } from "../../design/toast";
import { useApi } from "../operator-context";
import { listHref } from "../route";
import { go } from "../use-route";

export interface DeleteProps {
  readonly open: boolean;
  readonly aor: string;
  readonly onClose: () => void;
}

export const DeleteDialog = ({ open, aor, onClose }: DeleteProps) => (
  <Dialog
    insistent
    open={open}
    onClose={onClose}
    title="Delete this account?"
    description="Its password, devices, stored messages, call log, lists and recordings go with it, for good."
  >
    <DeleteForm aor={aor} onClose={onClose} />
  </Dialog>
);

function DeleteForm({ aor, onClose }: Omit<DeleteProps, "open">) {
  const api = useApi();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await api.deleteAccount(aor).then(
      () => {
        toast({ title: `${aor} was deleted` });
        go(listHref("accounts"), "replace");
      },
      (thrown) => setProblem(wordsOfThrow(thrown)),
    );
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field
        label={`Type ${aor} to confirm`}
        autoCapitalize="none"
        spellCheck={false}
        value={typed}
        onValue={setTyped}
      />
      {problem !== undefined && (
        <Notice tone="danger" role="alert">
          {problem}
        </Notice>
      )}
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button kind="danger" type="submit" disabled={typed.trim() !== aor}>
          Delete for good
        </Button>
      </div>
    </form>
  );
}
