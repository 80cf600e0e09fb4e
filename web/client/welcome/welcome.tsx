// What a newcomer sees: what this is, the sign-in form, and how to bring a client of his own.

import { MessageCircle, Phone, ServerOff, Users } from "lucide-react";
import type { ReactNode } from "react";
import { ThemeMenu } from "../../design/theme-menu";
import { Mark } from "../../mark";
import { OwnClient } from "./own-client";
import { SignInForm, type SignInFormProps } from "./sign-in-form";
import "./welcome.css";

export function Welcome(props: SignInFormProps) {
  const { demonstration } = props;
  return (
    <div className="welcome">
      <header className="welcome-head">
        <h1>
          <Mark /> durasip
        </h1>
        <ThemeMenu />
      </header>
      <main>
        <div className="welcome-top">
          <div className="welcome-about">
            <p className="welcome-lead">SIP for the web with no server to run.</p>
            <p className="welcome-text">
              Your browser opens one WebSocket. Behind it, every address is one Durable Object: registrar,
              proxy, presence agent, mailbox and call log of that one user.
            </p>
            <ul className="welcome-points">
              <Point icon={<MessageCircle />} title="Write">
                Messages reach everyone who is here, on every device, and wait for everyone who is not.
              </Point>
              <Point icon={<Phone />} title="Call">
                Audio and video go from browser to browser. Hold, transfer, a second call: all there.
              </Point>
              <Point icon={<Users />} title="See who is there">
                Presence and busy lamps, for those whom each user lets see them.
              </Point>
              <Point icon={<ServerOff />} title="Not a PBX">
                It mixes, records and relays no media, and takes no UDP and no inbound TCP.
              </Point>
            </ul>
          </div>
          <div className="welcome-side">
            <SignInForm {...props} />
            {demonstration !== undefined && (
              <p className="welcome-try">
                Open this page in two tabs, sign in as two different people, then write to each other and
                call.
              </p>
            )}
          </div>
        </div>
        <OwnClient aor={`alice@${demonstration?.realm ?? "example.com"}`} />
      </main>
      <footer className="welcome-foot">
        <a href="/v1/docs">Administration API</a>
        <a href="/admin">Operator’s view</a>
        <a href="/health">Health</a>
        <span>Apache-2.0</span>
      </footer>
    </div>
  );
}

interface PointProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
}

function Point({ icon: mark, title, children }: PointProps) {
  return (
    <li className="welcome-point">
      <span className="welcome-point-icon" aria-hidden="true">
        {mark}
      </span>
      <div>
        <h2>{title}</h2>
        <p>{children}</p>
      </div>
    </li>
  );
}
