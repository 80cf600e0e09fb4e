// The user's devices: what each is, where, since when, over which flow; and the end of one.

import { MonitorSmartphone } from "lucide-react";
import type { ReactNode } from "react";
import { wordsOfThrow } from "../../api/problem";
import { Badge, Dot } from "../../design/badge";
import { Button } from "../../design/button";
import { EmptyState } from "../../design/notice";
import { toast } from "../../design/toast";
import { counted, country } from "../../format";
import type { Device } from "../contract";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import { useLoaded } from "../use-loaded";
import { Ago, Until } from "../when";

const beat = 5000;

export function DevicesTab({ aor }: { readonly aor: string }) {
  const api = useApi();
  const devices = useLoaded(`devices ${aor}`, (signal) => api.devices(aor, signal), { every: beat });
  const end = (device: Device, forget: boolean) =>
    api.disconnect(aor, device.id, forget).then(
      () => {
        toast({ title: forget ? "The device is forgotten" : "The device is disconnected" });
        devices.reload();
      },
      (thrown) => toast({ title: "Nothing was done", description: wordsOfThrow(thrown), tone: "danger" }),
    );
  return (
    <LoadedView loaded={devices} what="The devices">
      {(all) =>
        all.length === 0 ? (
          <EmptyState icon={<MonitorSmartphone aria-hidden="true" />} title="No device">
            Nobody has signed in as {aor}, or every device was forgotten.
          </EmptyState>
        ) : (
          <ul className="devices">
            {all.map((device) => (
              <DeviceCard key={device.id} device={device} onEnd={(forget) => void end(device, forget)} />
            ))}
          </ul>
        )
      }
    </LoadedView>
  );
}

const states = {
  live: { dot: "open", word: "connected" },
  grace: { dot: "away", word: "just gone" },
  away: { dot: "closed", word: "away" },
} as const;

interface CardProps {
  readonly device: Device;
  readonly onEnd: (forget: boolean) => void;
}

function DeviceCard({ device, onEnd }: CardProps) {
  const { state, userAgent, owed } = device;
  const { dot, word } = states[state];
  const name = userAgent ?? "A client that does not say what it is";
  return (
    <li className="device">
      <div className="device-head">
        <h2>{name}</h2>
        <span className="state">
          <Dot state={dot} /> {word}
        </span>
        {owed > 0 && <Badge tone="warning">{counted(owed, "message")} waiting</Badge>}
      </div>
      <DeviceFacts device={device} />
      <div className="device-actions">
        {state === "live" && (
          <Button small aria-label={`Disconnect ${name}`} onClick={() => onEnd(false)}>
            Disconnect
          </Button>
        )}
        <Button small kind="quiet" aria-label={`Forget ${name}`} onClick={() => onEnd(true)}>
          Forget
        </Button>
      </div>
    </li>
  );
}

function DeviceFacts({ device }: { readonly device: Device }) {
  const { since, lastSeenAt, address, flow, contact, instance } = device;
  return (
    <dl className="facts">
      <Fact name={device.state === "live" ? "Connected" : "Gone"}>
        <Ago at={since} />
      </Fact>
      {lastSeenAt !== undefined && (
        <Fact name="Last seen">
          <Ago at={lastSeenAt} />
        </Fact>
      )}
      {device.country !== undefined && <Fact name="Country">{country(device.country)}</Fact>}
      {address !== undefined && <Fact name="Address">{address}</Fact>}
      {flow?.scheme !== undefined && <Fact name="Transport">{flow.scheme.toUpperCase()}</Fact>}
      {flow?.origin !== undefined && <Fact name="Page of">{flow.origin}</Fact>}
      {flow?.registeredUntil !== undefined && (
        <Fact name="Registration ends">
          <Until at={flow.registeredUntil} />
        </Fact>
      )}
      {flow !== undefined && <Fact name="Keep-alive">{flow.pinged ? "yes" : "none yet"}</Fact>}
      {device.flows !== undefined && device.flows > 1 && <Fact name="Connections">{device.flows}</Fact>}
      {flow !== undefined && (
        <Fact name="Flow">
          <code>{flow.id}</code>
        </Fact>
      )}
      {flow?.userAgent !== undefined && <Fact name="Browser">{flow.userAgent}</Fact>}
      <Fact name="Contact">
        <code>{contact}</code>
      </Fact>
      {instance !== undefined && (
        <Fact name="Instance">
          <code>{instance}</code>
        </Fact>
      )}
    </dl>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
