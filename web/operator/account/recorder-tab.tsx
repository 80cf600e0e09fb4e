// The account's flight recorder: whether it runs and until when, what it keeps, and what was exchanged.

import { Radio } from "lucide-react";
import { wordsOfThrow } from "../../api/problem";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { toast } from "../../design/toast";
import { counted, octets } from "../../format";
import type { Recording } from "../contract";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import { useLoaded } from "../use-loaded";
import { Ago, Until } from "../when";
import { ExchangeList } from "./exchange-list";
import { RecordForm } from "./record-form";

const beat = 5000;

export function RecorderTab({ aor }: { readonly aor: string }) {
  const api = useApi();
  const recording = useLoaded(`recording ${aor}`, (signal) => api.recording(aor, signal), { every: beat });
  const stop = (forget: boolean) =>
    api.stopRecording(aor, forget).then(
      () => recording.reload(),
      (thrown) => toast({ title: "Nothing has changed", description: wordsOfThrow(thrown), tone: "danger" }),
    );
  return (
    <div className="tab-sections">
      <LoadedView loaded={recording} what="The recorder">
        {(value) => (
          <section className="recorder" aria-labelledby="recorder-title">
            <h2 id="recorder-title">Recorder</h2>
            {value.recording === undefined ? (
              <RecordForm aor={aor} onRecording={recording.reload} />
            ) : (
              <Runs recording={value.recording} onStop={() => void stop(false)} />
            )}
            <Kept value={value} onForget={() => void stop(true)} />
          </section>
        )}
      </LoadedView>
      <ExchangeList aor={aor} />
    </div>
  );
}

interface RunsProps {
  readonly recording: NonNullable<Recording["recording"]>;
  readonly onStop: () => void;
}

const Runs = ({ recording: { until, bodies }, onStop }: RunsProps) => (
  <div className="recorder-runs">
    <Radio aria-hidden="true" />
    <p>
      <strong>It records</strong> every message in and out, {bodies ? "with" : "without"} bodies. It ends{" "}
      <Until at={until} />.
    </p>
    <Button small onClick={onStop}>
      Stop
    </Button>
  </div>
);

interface KeptProps {
  readonly value: Recording;
  readonly onForget: () => void;
}

function Kept({ value: { failedCalls, kept, recording }, onForget }: KeptProps) {
  const isRunning = recording !== undefined;
  const hasKept = kept.messages > 0;
  return (
    <>
      <p className="faint">
        {kept.messages === 0
          ? "Nothing is kept."
          : `${counted(kept.messages, "message")} kept, ${octets(kept.octets)}`}
        {kept.oldestAt !== undefined && (
          <>
            , the oldest from <Ago at={kept.oldestAt} />
          </>
        )}
        . The oldest give way to new ones.
      </p>
      {(isRunning || hasKept) && (
        <Button small kind="quiet" className="forget" onClick={onForget}>
          {isRunning
            ? hasKept
              ? "Stop, and delete what is kept"
              : "Stop, and keep nothing"
            : "Delete what is kept"}
        </Button>
      )}
      {failedCalls ? (
        <Notice>Failed calls are recorded for every account of this gateway (RECORD_FAILED_CALLS).</Notice>
      ) : (
        <p className="faint">
          Set RECORD_FAILED_CALLS to keep the messages of each call that fails, whether somebody switched this
          on or not.
        </p>
      )}
    </>
  );
}
