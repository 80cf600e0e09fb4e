// A new password for a user who has lost the old one. The gateway keeps only what it makes of it, so it is seen here once.

import { type FormEvent, useState } from "react";
import { wordsOfThrow } from "../../api/problem";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Notice } from "../../design/notice";
import { toast } from "../../design/toast";
import type { Account } from "../contract";
import { useApi } from "../operator-context";
import { PasswordField } from "../password-field";

export interface PasswordDialogProps {
  readonly open: boolean;
  readonly aor: string;
  readonly onClose: () => void;
  readonly onChange: (account: Account) => void;
}

export const PasswordDialog = ({ open, aor, onClose, onChange }: PasswordDialogProps) => (
  <Dialog
    open={open}
    onClose={onClose}
    title="Reset the password"
    description={`${aor} signs in with the new one from now on. Note it: it cannot be read back.`}
  >
    <PasswordForm aor={aor} onClose={onClose} onChange={onChange} />
  </Dialog>
);

function PasswordForm({ aor, onClose, onChange }: Omit<PasswordDialogProps, "open">) {
  const api = useApi();
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await api.changeAccount(aor, { password }).then(
      (account) => {
        onChange(account);
        toast({ title: `${aor} has a new password` });
        onClose();
      },
      (thrown) => setProblem(wordsOfThrow(thrown)),
    );
  };
  return (
    <form className="form" onSubmit={submit}>
      <PasswordField
        required
        value={password}
        onValue={setPassword}
        hint="Devices that are connected stay so."
      />
      {problem !== undefined && (
        <Notice tone="danger" role="alert">
          {problem}
        </Notice>
      )}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={password === ""}>
          Set the password
        </Button>
      </div>
    </form>
  );
}
