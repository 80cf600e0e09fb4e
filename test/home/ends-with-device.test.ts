import { expect, it } from "vitest";
import { deviceView, disconnectDevice } from "../../src/home/administration";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { pidf, publish } from "./support/watcher";

const bob = "bob@example.com";
const phone = "urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143";

describeWithEviction("a publication that ends with its device", (open) => {
  it("ends when the administrator forgets the device, and another that did not ask stays", () => {
    const network = open().withAccounts(bob);
    const client = registered(network, bob, "page", { instance: phone });
    publish(client, ["Expires: 3600", "Durasip-Ends-With: device"], pidf("open", "here"));
    publish(client, ["Expires: 3600"], pidf("open", "out of office"));
    network.home(bob).administer((turn) => {
      for (const device of [...turn.state.devices.values()]) {
        disconnectDevice(turn, deviceView(turn, device, 0).id, true);
      }
    });
    const { devices, publications } = network.home(bob).state;
    expect([devices.size, publications.size]).toEqual([0, 1]);
    expect([...publications.values()][0]?.body).toContain("out of office");
  });
});
