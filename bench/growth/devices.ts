// Devices of one account: what a refresh, a MESSAGE and a call cost with them. All of them ring, one answers, the others are told.

import { CallSide, place, respond } from "../../test/support/call";
import type { Phone } from "../../test/support/phone";
import { costCells, costHead, type Gauge, messageToAll, ok } from "./gauge";

const sizes = [1, 5, 10, 20];

export async function growDevices(gauge: Gauge): Promise<void> {
  const alice = await gauge.phone("forks");
  const row = gauge.report.table("growth-devices", "devices", "operation", ...costHead);
  const figures = [];
  const warm = await gauge.devices("warm", 3);
  for (let time = gauge.report.times(100); time > 0; time--) await forkedCall(alice, warm);
  for (const size of sizes) {
    const devices = await gauge.devices(`with${size}`, size);
    const refresh = await gauge.measureTimes(100, () => ok(devices[0]?.register()));
    row(size, "REGISTER, refresh", ...costCells(refresh));
    const message = await gauge.measureTimes(100, () => messageToAll(alice, devices));
    row(size, "MESSAGE", ...costCells(message));
    const call = await gauge.measureTimes(40, () => forkedCall(alice, devices));
    row(size, "call", ...costCells(call));
    figures.push({ size, refresh, message, call });
    for (const device of devices) device.hangUp();
  }
  const curve = gauge.report.table("curve-devices", "devices", "REGISTER", "MESSAGE", "call");
  for (const { size, refresh, message, call } of figures)
    curve(size, ...[refresh, message, call].map(({ cpuMicros }) => cpuMicros.toFixed(0)));
}

async function forkedCall(caller: Phone, devices: readonly Phone[]): Promise<void> {
  const placed = place(caller, devices[0]?.aor ?? "");
  const ringing = await Promise.all(
    devices.map(async (device) => ({ device, invite: await device.receive("INVITE") })),
  );
  for (const { device, invite } of ringing) respond(device, invite, 180);
  await caller.hears(placed.callId, placed.cseq, 180);
  const [answering, ...others] = ringing;
  if (answering === undefined) throw new Error("nobody rings");
  respond(answering.device, answering.invite, 200);
  const side = CallSide.ofCaller(caller, await caller.responseTo(placed.callId, placed.cseq));
  side.ack();
  await answering.device.receive("ACK");
  for (const { device, invite } of others) {
    await device.take("CANCEL");
    respond(device, invite, 487);
    await device.receive("ACK");
  }
  const ended = side.request("BYE");
  await answering.device.take("BYE");
  await ok(ended);
}
