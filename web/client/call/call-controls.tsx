// What can be done with a call that goes on. Each control says what it does; those that stay on say so.

import {
  Grip,
  Mic,
  MicOff,
  Pause,
  PhoneForwarded,
  PhoneOff,
  Play,
  Settings2,
  Video,
  VideoOff,
} from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { classNames } from "../../design/class-names";
import { toast } from "../../design/toast";
import type { Call } from "../../line/contract";
import { useLine } from "../line-context";
import { DeviceDialog } from "./device-dialog";
import { Keypad } from "./keypad";
import { TransferDialog } from "./transfer-dialog";

export interface CallControlsProps {
  readonly call: Call;
  readonly others: readonly Call[];
}

export function CallControls({ call, others }: CallControlsProps) {
  const { calls } = useLine();
  const [shown, setShown] = useState<"keypad" | "transfer" | "devices">();
  const close = () => setShown(undefined);
  const talks = call.phase === "active";
  const turnCamera = async () => {
    const isOn = call.cameraOff;
    if ((await calls.turnCamera(call.id, isOn)) || !isOn) return;
    toast({
      title: "No picture could be sent",
      description: "The browser gives no camera, or the other side takes no picture.",
      tone: "danger",
    });
  };
  return (
    <div className="controls">
      {shown === "keypad" && talks && <Keypad call={call} onClose={close} />}
      {shown === "transfer" && talks && <TransferDialog call={call} others={others} onClose={close} />}
      {shown === "devices" && <DeviceDialog onClose={close} />}
      <div className="control-row" role="toolbar" aria-label="Call">
        <Control
          label={call.muted ? "Unmute" : "Mute"}
          on={call.muted}
          icon={call.muted ? <MicOff /> : <Mic />}
          onPress={() => calls.mute(call.id, !call.muted)}
        />
        {call.video && (
          <Control
            label={call.cameraOff ? "Camera on" : "Camera off"}
            on={call.cameraOff}
            icon={call.cameraOff ? <VideoOff /> : <Video />}
            onPress={() => void turnCamera()}
          />
        )}
        <Control
          label={call.held ? "Resume" : "Hold"}
          on={call.held}
          disabled={!talks}
          icon={call.held ? <Play /> : <Pause />}
          onPress={() => calls.hold(call.id, !call.held)}
        />
        <Control
          label="Keypad"
          on={shown === "keypad"}
          disabled={!talks}
          icon={<Grip />}
          onPress={() => setShown(shown === "keypad" ? undefined : "keypad")}
        />
        <Control
          label="Transfer"
          disabled={!talks}
          icon={<PhoneForwarded />}
          onPress={() => setShown("transfer")}
        />
        <Control label="Devices" icon={<Settings2 />} onPress={() => setShown("devices")} />
        <Control
          label={talks || call.phase === "connecting" ? "Hang up" : "Cancel"}
          danger
          icon={<PhoneOff />}
          onPress={() => calls.hangUp(call.id)}
        />
      </div>
    </div>
  );
}

interface ControlProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly on?: boolean;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

function Control({ label, icon, on, danger, disabled, onPress }: ControlProps) {
  return (
    <button
      type="button"
      className={classNames("call-control", on && "call-control-on", danger && "call-control-danger")}
      disabled={disabled}
      onClick={onPress}
    >
      <span className="call-control-icon" aria-hidden="true">
        {icon}
      </span>
      {label}
    </button>
  );
}
