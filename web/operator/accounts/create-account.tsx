// A new account: its name and a password, made up here if none comes to mind.

import { type FormEvent, useId, useState } from "react";
import { wordsOfThrow } from "../../api/problem";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Field } from "../../design/field";
import { Notice } from "../../design/notice";
import { toast } from "../../design/toast";
import { useApi } from "../operator-context";
import { PasswordField } from "../password-field";
import { accountHref } from "../route";
import { go } from "../use-route";

export interface CreateProps {
  readonly open: boolean;
  readonly realm: string;
  readonly onClose: () => void;
}

export const CreateAccount = ({ open, realm, onClose }: CreateProps) => (
  <Dialog
    open={open}
    onClose={onClose}
    title="New account"
    description="The user signs in with this address and password, in the console or any SIP client."
  >
    <CreateForm realm={realm} onClose={onClose} />
  </Dialog>
);

function CreateForm({ realm, onClose }: Omit<CreateProps, "open">) {
  const api = useApi();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string>();
  const form = useId();
  const aor = name.includes("@") ? name.trim() : `${name.trim()}@${realm}`;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await api.createAccount(aor, password).then(
      ({ aor: created }) => {
        toast({ title: `${created} was created` });
        onClose();
        go(accountHref(created));
      },
      (thrown) => setProblem(wordsOfThrow(thrown)),
    );
  };
  return (
    <form id={form} className="form" onSubmit={submit}>
      <Field
        label="Name"
        required
        autoCapitalize="none"
        spellCheck={false}
        placeholder="alice"
        value={name}
        onValue={setName}
        hint={`The address will be ${name.trim() === "" ? `…@${realm}` : aor}`}
      />
      <PasswordField
        value={password}
        onValue={setPassword}
        hint="Without one the account signs in by token alone."
      />
      {problem !== undefined && (
        <Notice tone="danger" role="alert">
          {problem}
        </Notice>
      )}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={name.trim() === ""}>
          Create
        </Button>
      </div>
    </form>
  );
}
