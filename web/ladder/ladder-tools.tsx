// What can be done with a ladder: look at it as a drawing or a list, take it along as a file, give it to somebody.

import { Download, List, Share2, Waypoints } from "lucide-react";
import { useState } from "react";
import { wordsOfThrow } from "../api/problem";
import { Button } from "../design/button";
import { Menu } from "../design/menu";
import { toast } from "../design/toast";
import type { ExportFormat, LadderSource } from "./contract";
import { ShareDialog } from "./share-dialog";

export type Look = "drawing" | "list";

export interface ToolsProps {
  readonly source: LadderSource;
  readonly callId: string;
  readonly look: Look;
  readonly onLook: (look: Look) => void;
}

export function LadderTools({ source, callId, look, onLook }: ToolsProps) {
  const [isSharing, setSharing] = useState(false);
  const take = (format: ExportFormat) => () => void save(source, format, callId);
  const share = source.share?.bind(source);
  return (
    <div className="ladder-tools">
      <fieldset className="looks" aria-label="Show as">
        <LookButton look="drawing" chosen={look} onLook={onLook} />
        <LookButton look="list" chosen={look} onLook={onLook} />
      </fieldset>
      <Menu
        trigger={
          <Button small icon={<Download aria-hidden="true" />}>
            Export
          </Button>
        }
        groups={[
          [
            { label: "As text", onSelect: take("text") },
            { label: "As pcapng, for Wireshark and sngrep", onSelect: take("pcapng") },
          ],
        ]}
      />
      {share && (
        <Button small icon={<Share2 aria-hidden="true" />} onClick={() => setSharing(true)}>
          Share
        </Button>
      )}
      {share && <ShareDialog open={isSharing} onClose={() => setSharing(false)} share={share} />}
    </div>
  );
}

const looks = {
  drawing: { label: "Drawing", Icon: Waypoints },
  list: { label: "List", Icon: List },
};

interface LookProps {
  readonly look: Look;
  readonly chosen: Look;
  readonly onLook: (look: Look) => void;
}

function LookButton({ look, chosen, onLook }: LookProps) {
  const { label, Icon } = looks[look];
  return (
    <Button
      small
      kind="quiet"
      aria-pressed={look === chosen}
      onClick={() => onLook(look)}
      icon={<Icon aria-hidden="true" />}
    >
      {label}
    </Button>
  );
}

const endings = { text: "txt", pcapng: "pcapng" };

/** By way of a Blob: a plain link could not carry the token but in its URL. */
async function save(source: LadderSource, format: ExportFormat, callId: string): Promise<void> {
  try {
    const { blob, name } = await source.export(format);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name ?? `${callId.replaceAll(/[^\w.@-]+/g, "_").slice(0, 80)}.${endings[format]}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (thrown) {
    toast({ title: "The export failed", description: wordsOfThrow(thrown), tone: "danger" });
  }
}
