// Which microphone, camera and speaker calls use; a call that goes on changes at once.

import { useEffect, useState } from "react";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Select } from "../../design/field";
import { Skeleton } from "../../design/notice";
import type { MediaDevices } from "../../line/contract";
import { useLine } from "../line-context";
import { useObservable } from "../use-observable";

const kinds = [
  { kind: "audioinput", member: "microphone", label: "Microphone" },
  { kind: "videoinput", member: "camera", label: "Camera" },
  { kind: "audiooutput", member: "speaker", label: "Speaker" },
] as const satisfies readonly { kind: MediaDeviceKind; member: keyof MediaDevices; label: string }[];

export function DeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const { calls } = useLine();
  const chosen = useObservable(calls.devices);
  const found = useDevices();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Devices"
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {found === undefined ? (
        <Skeleton lines={3} />
      ) : (
        kinds
          .filter(({ kind }) => kind !== "audiooutput" || "setSinkId" in HTMLMediaElement.prototype)
          .map(({ kind, member, label }) => (
            <Select
              key={kind}
              label={label}
              value={chosen[member] ?? ""}
              onValue={(id) => calls.chooseDevices({ ...chosen, [member]: id || undefined })}
              options={optionsOf(found, kind, label)}
            />
          ))
      )}
    </Dialog>
  );
}

function optionsOf(found: readonly MediaDeviceInfo[], kind: MediaDeviceKind, label: string) {
  const devices = found.filter(
    (device) => device.kind === kind && !["", "default"].includes(device.deviceId),
  );
  return [
    { value: "", label: "As the system" },
    ...devices.map((device, at) => ({ value: device.deviceId, label: device.label || `${label} ${at + 1}` })),
  ];
}

function useDevices(): readonly MediaDeviceInfo[] | undefined {
  const [found, setFound] = useState<readonly MediaDeviceInfo[]>();
  useEffect(() => {
    const { mediaDevices } = navigator;
    const read = () => void mediaDevices.enumerateDevices().then(setFound, () => setFound([]));
    read();
    mediaDevices.addEventListener("devicechange", read);
    return () => mediaDevices.removeEventListener("devicechange", read);
  }, []);
  return found;
}
