import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { launchChromium } from "../support/chromium";

describe("the browser of the tests", () => {
  let server: Server;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    server = createServer((_, response) => {
      response.setHeader("Content-Type", "text/html").end("<title>a page</title>");
    }).listen(0, "127.0.0.1");
    const echo = new WebSocketServer({ server, handleProtocols: () => "sip" });
    echo.on("connection", (socket) => socket.on("message", (data) => socket.send(`echo ${data}`)));
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    server.close();
  });

  it("opens a page and speaks over a WebSocket with the subprotocol sip", async () => {
    const page = await browser.newPage();
    await page.goto(url);
    expect(await page.title()).toBe("a page");
    const answer = await page.evaluate(async () => {
      const socket = new WebSocket(location.href.replace("http:", "ws:"), "sip");
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      const reply = new Promise<string>((resolve) => {
        socket.addEventListener("message", (event) => resolve(String(event.data)));
      });
      socket.send("hello");
      return `${socket.protocol} ${await reply}`;
    });
    expect(answer).toBe("sip echo hello");
    await page.close();
  });

  it("has a camera, a microphone and a peer connection that carries them", async () => {
    const page = await browser.newPage();
    await page.goto(url);
    const kinds = await page.evaluate(async () => {
      const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      const [caller, callee] = [new RTCPeerConnection(), new RTCPeerConnection()];
      caller.onicecandidate = ({ candidate }) => candidate && callee.addIceCandidate(candidate);
      callee.onicecandidate = ({ candidate }) => candidate && caller.addIceCandidate(candidate);
      const received: string[] = [];
      const both = new Promise<void>((resolve) => {
        callee.ontrack = ({ track }) => {
          track.onunmute = () => received.push(track.kind) === 2 && resolve();
        };
      });
      for (const track of media.getTracks()) caller.addTrack(track, media);
      await caller.setLocalDescription(await caller.createOffer());
      await callee.setRemoteDescription(caller.localDescription as RTCSessionDescription);
      await callee.setLocalDescription(await callee.createAnswer());
      await caller.setRemoteDescription(callee.localDescription as RTCSessionDescription);
      await both;
      return received.sort();
    });
    expect(kinds).toEqual(["audio", "video"]);
    await page.close();
  });
});
